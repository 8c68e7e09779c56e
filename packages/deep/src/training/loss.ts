import { exp2, log } from "@telltale/core";

export type LossName = "mse" | "mae" | "cross-entropy";

/**
 * Mean loss over all values, and its gradient. For cross-entropy the outputs are logits.
 *
 * @param weights  how much each of so many equal parts of the values counts; absent: alike
 * @param gradient  as long as the values; absent when none is wanted
 */
export function meanLoss(
  name: LossName,
  output: Float32Array,
  target: Float32Array,
  gradient: Float32Array | undefined,
  weights?: Float32Array,
): number {
  const count = output.length;
  const part = weights === undefined ? count : count / weights.length;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const weight = weights === undefined ? 1 : (weights[Math.floor(i / part)] as number);
    const [value, wanted] = [output[i] as number, target[i] as number];
    const difference = value - wanted;
    let slope: number;
    if (name === "mse") {
      sum += weight * difference * difference;
      slope = 2 * difference;
    } else if (name === "mae") {
      sum += weight * Math.abs(difference);
      slope = Math.sign(difference);
    } else {
      // log(1 + e^-|v|) is added to max(v, 0) - v · wanted, so that nothing overflows.
      const small = exp2(-Math.abs(value) * Math.LOG2E);
      sum += weight * (Math.max(value, 0) - value * wanted + log(1 + small));
      slope = probabilityOf(value) - wanted;
    }
    if (gradient !== undefined) gradient[i] = (weight * slope) / count;
  }
  return sum / count;
}

/** The probability that a logit stands for; the same bits in every engine. */
export function probabilityOf(logit: number): number {
  const small = exp2(-Math.abs(logit) * Math.LOG2E);
  return logit >= 0 ? 1 / (1 + small) : small / (1 + small);
}
