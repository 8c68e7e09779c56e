import { ParamError, quantile } from "@telltale/core";

/** Quantiles of the training scores that a limit is chosen among. */
export const CANDIDATES: readonly number[] = [0.95, 0.975, 0.98, 0.99, 0.995, 0.998, 0.999];
/** Runs of training rows, each left out once. */
const FOLDS = 5;

/** How a quantile of the training scores does on rows without labels. */
export interface QuantileCandidate {
  readonly quantile: number;
  /** The limit from all training scores. */
  readonly limit: number;
  /** Share of the later rows above it; 1 − q of them are to be expected where they are like the training rows. */
  readonly alertRate: number;
  /**
   * How far the alerts hang on which training rows there were: mean Jaccard index of the alerts by two limits, of which each
   * was found without another fifth of the training rows. Null where no limit alerts at all.
   */
  readonly agreement: number | null;
}

export interface QuantileChoice {
  readonly chosen: QuantileCandidate;
  readonly candidates: readonly QuantileCandidate[];
}

/**
 * Chooses the quantile of a limit without labels: of the candidates whose share of alerts among the later rows is at most
 * `alertRate`, the one whose alerts agree best when the limit is found without a fifth of the training rows; the lower one where
 * two agree alike. The highest quantile where all alert too often; the lowest where none alerts.
 *
 * @param training  scores of the rows that were learned from, in order of time
 * @param later  scores of rows after them, whose labels nobody knows
 * @throws ParamError `PARAM_RANGE`
 * @example
 * ```ts
 * import { chooseQuantile } from "@telltale/compare";
 * import { Random } from "@telltale/core";
 * const random = new Random(1);
 * const scores = (n: number) => Float64Array.from({ length: n }, () => random.uniform());
 * const { chosen } = chooseQuantile(scores(5000), scores(2000), 0.03);
 * console.log(chosen.alertRate <= 0.03, chosen.quantile); // true 0.999
 * ```
 */
export function chooseQuantile(training: Float64Array, later: Float64Array, alertRate: number): QuantileChoice {
  checkAlertRate(alertRate);
  const candidates = CANDIDATES.map((q) => candidate(q, training, later));
  const borne = candidates.filter((each) => each.alertRate <= alertRate && each.agreement !== null);
  const quiet = candidates.find((each) => each.alertRate <= alertRate);
  const first = borne[0] ?? quiet ?? (candidates.at(-1) as QuantileCandidate);
  const chosen = borne.reduce((best, each) => ((each.agreement ?? 0) > (best.agreement ?? 0) ? each : best), first);
  return { chosen, candidates };
}

/** @throws ParamError `PARAM_RANGE` */
export function checkAlertRate(alertRate: number): void {
  if (alertRate > 0 && alertRate <= 1) return;
  throw new ParamError("PARAM_RANGE", `alertRate: expected a share > 0 and ≤ 1; found ${alertRate}`);
}

function candidate(q: number, training: Float64Array, later: Float64Array): QuantileCandidate {
  const rule = quantile(q);
  const limit = rule.fit(training).threshold;
  const flags = Array.from({ length: FOLDS }, (_, k) => {
    const [from, to] = [k, k + 1].map((fold) => Math.floor((fold * training.length) / FOLDS)) as [number, number];
    const rest = new Float64Array(training.length - (to - from));
    rest.set(training.subarray(0, from));
    rest.set(training.subarray(to), from);
    return alerts(later, rule.fit(rest).threshold);
  });
  let sum = 0;
  let pairs = 0;
  for (let a = 0; a < FOLDS; a++) {
    for (let b = a + 1; b < FOLDS; b++) {
      const index = jaccard(flags[a] as Uint8Array, flags[b] as Uint8Array);
      if (index === undefined) continue;
      sum += index;
      pairs += 1;
    }
  }
  return {
    quantile: q,
    limit,
    alertRate: shareOf(alerts(later, limit)),
    agreement: pairs === 0 ? null : sum / pairs,
  };
}

export function alerts(scores: Float64Array, limit: number): Uint8Array {
  return Uint8Array.from(scores, (score) => (score > limit ? 1 : 0));
}

function shareOf(flags: Uint8Array): number {
  return flags.length === 0 ? 0 : flags.reduce((sum, flag) => sum + flag, 0) / flags.length;
}

/** Rows that both flag, of those that one of them does; undefined where none does. */
function jaccard(a: Uint8Array, b: Uint8Array): number | undefined {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    both += (a[i] as number) & (b[i] as number);
    either += (a[i] as number) | (b[i] as number);
  }
  return either === 0 ? undefined : both / either;
}
