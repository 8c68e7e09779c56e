import type { Matrix } from "../../../matrix.js";
import type { PcaState } from "./pca.js";
import { weightedContributions } from "./weighted-distances.js";

/** Share of the whole variance that stands in for a limit of Q where nothing is left beside the components. */
const NOTHING_LEFT = 1e-9;

/** What T² and Q are multiplied by; then added, or the larger one taken. */
export interface Weights {
  readonly t2: number;
  readonly q: number;
  readonly larger: boolean;
}

/** The weights of a kind of score. */
export function weightsOf({ t2Limit, qLimit, variances }: PcaState, score: string): Weights {
  if (score === "t2") return { t2: 1, q: 0, larger: false };
  if (score === "q") return { t2: 0, q: 1, larger: false };
  const total = variances.reduce((sum, v) => sum + v, 0);
  const limit = qLimit > 0 ? qLimit : total > 0 ? total * NOTHING_LEFT : 1;
  return { t2: t2Limit > 0 ? 1 / t2Limit : 0, q: 1 / limit, larger: score === "either" };
}

/** Parts of the scores that add up to them. */
export function contributionsOf(state: PcaState, x: Matrix, score: string): Float64Array {
  if (score === "weighted") return weightedContributions(state, x);
  const { center, vectors, variances, kept } = state;
  const { t2, q, larger } = weightsOf(state, score);
  const { data, rows, cols } = x;
  const values = new Float64Array(rows * cols);
  const centred = new Float64Array(cols);
  const within = new Float64Array(cols);
  const beside = new Float64Array(cols);
  for (let at = 0; at < data.length; at += cols) {
    for (let j = 0; j < cols; j++) centred[j] = (data[at + j] as number) - (center[j] as number);
    within.fill(0);
    beside.set(centred);
    for (let k = 0; k < kept; k++) {
      const row = k * cols;
      let product = 0;
      for (let j = 0; j < cols; j++) product += (vectors[row + j] as number) * (centred[j] as number);
      const share = product / (variances[k] as number);
      for (let j = 0; j < cols; j++) {
        const component = vectors[row + j] as number;
        within[j] = (within[j] as number) + share * component;
        beside[j] = (beside[j] as number) - product * component;
      }
    }
    let sumWithin = 0;
    let sumBeside = 0;
    for (let j = 0; j < cols; j++) {
      within[j] = t2 * (within[j] as number) * (centred[j] as number);
      beside[j] = q * (beside[j] as number) ** 2;
      sumWithin += within[j] as number;
      sumBeside += beside[j] as number;
    }
    const takeWithin = !larger || sumWithin >= sumBeside;
    const takeBeside = !larger || sumWithin < sumBeside;
    for (let j = 0; j < cols; j++) {
      values[at + j] = (takeWithin ? (within[j] as number) : 0) + (takeBeside ? (beside[j] as number) : 0);
    }
  }
  return values;
}
