export { AffineLayer } from "./affine-layer.js";
export type { Compute, LayerKernels } from "./compute.js";
export { ConvolutionLayer, type ConvolutionPlan } from "./convolution-layer.js";
export { Dropout } from "./dropout.js";
export { RecurrentLayer, type RecurrentPlan, type RecurrentStates } from "./recurrent-layer.js";
export { restoreWeights, valuesOf, type Weight, weight } from "./weight.js";
