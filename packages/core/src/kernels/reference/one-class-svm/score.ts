import type { OneClassSvmScoreArgs } from "../../one-class-svm/one-class-svm.js";
import { kernelBetween } from "./kernel-row.js";

/** Scores rows, the support vectors in their order. The reference computes in doubles whatever `precision` says. */
export function oneClassSvmScore(args: OneClassSvmScoreArgs): void {
  const { vectors, coefficients, offset, x, rows, cols, scores } = args;
  const between = kernelBetween(args.function, vectors, x, cols);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < coefficients.length; j++) sum += (coefficients[j] as number) * between(j, i);
    scores[i] = offset - sum;
  }
}
