import type { AffineBackwardArgs, AffineForwardArgs } from "../kernels/affine.js";
import type { Kernels } from "../kernels/kernels.js";
import { referenceKernels } from "../kernels/reference/reference.js";
import { Random } from "../random.js";
import { checkSame } from "./check.js";
import { shiftedFloats } from "./shifted-floats.js";

/** Sizes of a dense layer and of the batch that it is given. */
export interface AffineShape {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly seed: number;
}

/** What the passes of a dense layer of random weights are given; with an odd seed nobody wants the gradient of `x`. */
export function affineArgs(
  { rows, inputs, outputs, seed }: AffineShape,
  threads = 1,
): AffineForwardArgs & AffineBackwardArgs {
  const random = new Random(seed);
  const normals = (length: number) => shiftedFloats(length, () => random.normal());
  return {
    ...{ rows, inputs, outputs, threads, x: normals(rows * inputs), weights: normals(inputs * outputs) },
    ...{ bias: normals(outputs), outGradient: normals(rows * outputs) },
    out: new Float32Array(rows * outputs).fill(7),
    xGradient: new Float32Array(seed % 2 === 0 ? rows * inputs : 0).fill(7),
    weightGradient: new Float32Array(inputs * outputs).fill(7),
    biasGradient: new Float32Array(outputs).fill(7),
  };
}

/** Throws unless kernels give the bits of the reference, forward and back. */
export function checkAffineParity(kernels: Kernels, shape: AffineShape, threads = 1): void {
  const [expected, found] = [affineArgs(shape), affineArgs(shape, threads)];
  for (const [set, args] of [
    [referenceKernels, expected],
    [kernels, found],
  ] as const) {
    set.affineForward(args);
    set.affineBackward(args);
  }
  for (const name of ["out", "xGradient", "weightGradient", "biasGradient"] as const) {
    checkSame(found[name], expected[name], name);
  }
}
