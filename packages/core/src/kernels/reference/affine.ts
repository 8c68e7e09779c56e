import type { AffineBackwardArgs, AffineForwardArgs } from "../affine.js";
import { addOuter, addProduct, addTransposed, addValues } from "./recurrent/products.js";

/** A dense layer without activation. */
export function affineForward({ rows, inputs, outputs, x, weights, bias, out }: AffineForwardArgs): void {
  const sum = new Float32Array(outputs);
  for (let i = 0; i < rows; i++) {
    sum.set(bias.subarray(0, outputs));
    addProduct(sum, x, i * inputs, inputs, weights, outputs);
    out.set(sum, i * outputs);
  }
}

/** Its gradients. */
export function affineBackward(args: AffineBackwardArgs): void {
  const { rows, inputs, outputs, x, weights, outGradient, xGradient, weightGradient, biasGradient } = args;
  xGradient.fill(0);
  weightGradient.fill(0);
  biasGradient.fill(0);
  for (let i = 0; i < rows; i++) {
    const at = i * outputs;
    if (xGradient.length > 0)
      addTransposed(xGradient, i * inputs, outGradient, at, weights, outputs, 0, outputs, inputs);
    addOuter(weightGradient, outputs, 0, x, i * inputs, inputs, outGradient, at, outputs);
    addValues(biasGradient, 0, outGradient, at, outputs);
  }
}
