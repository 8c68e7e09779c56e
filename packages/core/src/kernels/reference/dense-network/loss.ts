import { DENSE_LOSSES, type DenseNetworkTrainArgs } from "../../dense-network.js";
import { boundLogVariance, exp32 } from "./activations.js";

const { fround } = Math;

const LOG_2_PI = fround(1.8378770664093453);

/**
 * Gradients of the outputs of `count` rows; what a row loses is added to `rowLoss`.
 *
 * @param input  the panel of the rows themselves, the target where args have none
 */
export function lossGradients(
  { loss, lossScale, target }: DenseNetworkTrainArgs,
  input: Float32Array,
  outputs: Float32Array,
  lanes: number,
  count: number,
  rowLoss: Float32Array,
): Float32Array {
  const kind = DENSE_LOSSES[loss];
  const out = new Float32Array(outputs.length);
  const width = outputs.length / lanes / (kind === "gaussian" ? 2 : 1);
  const scale = fround(lossScale);
  const share = fround(lossScale / count);
  const twice = fround((2 * lossScale) / count);
  for (let j = 0; j < width; j++) {
    for (let i = 0; i < count; i++) {
      const at = j * lanes + i;
      const wanted = target.length === 0 ? (input[at] as number) : (target[j] as number);
      const d = fround((outputs[at] as number) - wanted);
      let lost: number;
      if (kind === "squared") {
        out[at] = fround(d * twice);
        lost = fround(d * d);
      } else if (kind === "absolute") {
        out[at] = d > 0 ? share : d < 0 ? -share : 0;
        lost = Math.abs(d);
      } else {
        const raw = outputs[width * lanes + at] as number;
        const bounded = boundLogVariance(raw);
        const precision = exp32(-bounded);
        const pull = fround(d * precision);
        const square = fround(d * pull);
        out[at] = fround(pull * share);
        out[width * lanes + at] = raw === bounded ? fround(fround(0.5 * share) * fround(1 - square)) : 0;
        lost = fround(0.5 * fround(fround(LOG_2_PI + bounded) + square));
      }
      rowLoss[i] = fround((rowLoss[i] as number) + fround(scale * lost));
    }
  }
  return out;
}
