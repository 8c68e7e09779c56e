export { affineGradients } from "./affine";
export { panelProduct, panelUnitSums, panelWeightGradients } from "./panels";
export { packColumns, packTransposed, productRows, unpackColumns } from "./products";
export { recurrentBackward } from "./recurrent-backward";
export { recurrentForward } from "./recurrent-forward";
