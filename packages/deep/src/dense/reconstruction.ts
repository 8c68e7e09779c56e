import type { Matrix, MaybePromise, Run } from "@telltale/core";
import { type DenseState, forward } from "./dense-state.js";
import { layersOf } from "./dense-trainee.js";

/** Differences between rows and what the whole network makes of them: their means to `scores`, a column's share to `shares`. */
export function reconstructionErrors(
  state: DenseState,
  x: Matrix,
  loss: "mse" | "mae",
  run: Run,
  scores: Float64Array | undefined,
  shares: Float64Array | undefined,
): MaybePromise<void> {
  const { data, cols } = x;
  const squared = loss === "mse";
  return forward(state, x, layersOf(state.layers).length, run, (outputs, from, to) => {
    for (let i = from; i < to; i++) {
      let sum = 0;
      for (let j = 0; j < cols; j++) {
        const difference = (data[i * cols + j] as number) - (outputs[(i - from) * cols + j] as number);
        const error = squared ? difference * difference : Math.abs(difference);
        if (shares !== undefined) shares[i * cols + j] = error / cols;
        sum += error;
      }
      if (scores !== undefined) scores[i] = sum / cols;
    }
  });
}
