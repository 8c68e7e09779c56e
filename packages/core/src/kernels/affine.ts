/**
 * The kernels of a dense layer without activation, for networks that are made of several kinds of layers: a recurrent one whose
 * every step is read out, a convolution over patches that were gathered.
 *
 * *Numerical contract*: same bits on every path, in single precision. A sum begins with its bias and adds one product after
 * the other, each rounded before it is added: over the inputs; going back, over the outputs; of a weight's gradient, over the rows.
 */
export interface AffineLayer {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
  /** rows × inputs. */
  readonly x: Float32Array;
  /** inputs × outputs. */
  readonly weights: Float32Array;
  readonly threads: number;
}

export interface AffineForwardArgs extends AffineLayer {
  /** outputs. */
  readonly bias: Float32Array;
  /** Out, rows × outputs: x · weights + bias. */
  readonly out: Float32Array;
}

export interface AffineBackwardArgs extends AffineLayer {
  /** rows × outputs. */
  readonly outGradient: Float32Array;
  /** Out, rows × inputs; empty when nobody wants it. */
  readonly xGradient: Float32Array;
  /** Out, inputs × outputs. */
  readonly weightGradient: Float32Array;
  /** Out, outputs. */
  readonly biasGradient: Float32Array;
}

/** Cuts a forward pass over many rows into passes over a few; nothing is copied. */
export function affineSlices(args: AffineForwardArgs, rowsPerSlice: number): AffineForwardArgs[] {
  const slices: AffineForwardArgs[] = [];
  for (let from = 0; from < args.rows; from += rowsPerSlice) {
    const to = Math.min(args.rows, from + rowsPerSlice);
    slices.push({
      ...args,
      rows: to - from,
      x: args.x.subarray(from * args.inputs, to * args.inputs),
      out: args.out.subarray(from * args.outputs, to * args.outputs),
    });
  }
  return slices;
}
