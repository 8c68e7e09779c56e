import { logFloat32, logitFloat32 } from "../math/float32-log.js";

/** How the `base_score` of a file, which is in units of the prediction, becomes a margin. */
type Link = "identity" | "logit" | "log";

/** Objectives whose predictions are known, with the link between prediction and margin. */
const LINKS = new Map<string, Link>([
  ["reg:squarederror", "identity"],
  ["reg:linear", "identity"], // its name before XGBoost 0.83
  ["reg:squaredlogerror", "identity"],
  ["reg:pseudohubererror", "identity"],
  ["reg:absoluteerror", "identity"],
  ["reg:quantileerror", "identity"],
  ["reg:logistic", "logit"],
  ["binary:logistic", "logit"],
  ["binary:logitraw", "identity"],
  ["binary:hinge", "identity"],
  ["multi:softprob", "identity"],
  ["multi:softmax", "identity"],
  ["rank:pairwise", "identity"],
  ["rank:ndcg", "identity"],
  ["rank:map", "identity"],
  ["count:poisson", "log"],
  ["reg:gamma", "log"],
  ["reg:tweedie", "log"],
  ["survival:cox", "log"],
  ["survival:aft", "log"],
]);

export function isKnownObjective(objective: string): boolean {
  return LINKS.has(objective);
}

/** The margin that a base score stands for, in float32 as XGBoost computes it. NaN where there is none. */
export function baseMarginOf(objective: string, baseScore: number): number {
  const score = Math.fround(baseScore);
  switch (LINKS.get(objective)) {
    case "logit":
      return score > 0 && score < 1 ? logitFloat32(score) : Number.NaN;
    case "log":
      return score > 0 ? logFloat32(score) : Number.NaN;
    default:
      return score;
  }
}

/**
 * A base score that stands for a margin: exactly where there is one, else for the nearest margin that a float32 base
 * score can stand for (near a probability of ½ those lie 2.4e-7 apart).
 */
export function baseScoreOf(objective: string, margin: number): number {
  const link = LINKS.get(objective) ?? "identity";
  if (link === "identity") return Math.fround(margin);
  const guess = Math.fround(link === "logit" ? 1 / (1 + Math.exp(-margin)) : Math.exp(margin));
  let best = guess;
  let error = Number.POSITIVE_INFINITY;
  for (let step = -8; step <= 8; step++) {
    const score = stepped(guess, step);
    const found = Math.abs(baseMarginOf(objective, score) - margin);
    if (found < error) [best, error] = [score, found];
  }
  return best;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The float32 so many places further from zero. */
function stepped(value: number, steps: number): number {
  float[0] = value;
  bits[0] = (bits[0] as number) + steps;
  return float[0] as number;
}
