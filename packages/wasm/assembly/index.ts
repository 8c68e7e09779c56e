export { affineGradients } from "./affine";
export { packColumns, packTransposed, productRows, unpackColumns } from "./products";
export { recurrentBackward } from "./recurrent-backward";
export { recurrentForward } from "./recurrent-forward";
