import { COMBINATIONS, type Combination, combineScores } from "../combine/combine.js";
import { fitScoreScale, ScoreScale, STANDARDIZATIONS, type Standardization } from "../combine/standardize.js";
import { ModelFileError, ParamError } from "../errors.js";
import { chain, type MaybePromise, type Run } from "../kernels/kernels.js";
import { quantileOf } from "../math/selection.js";
import type { Matrix } from "../matrix.js";
import { int, number, oneOf, type Param, text } from "../params/params.js";
import { checkTraining } from "./checks.js";
import { detectorFromText, detectorText, packPart, restorePart } from "./composed.js";
import {
  type Detector,
  type FittedDetector,
  fittedDetector,
  type ModelState,
  type SeriesRun,
  type Training,
} from "./detector.js";
import { inOrder, openSeries, scoreEach, seriesOf } from "./series.js";

/** What detectors that combine several others have in common: the list as a parameter, fitting, scoring and saving. */

/** Detectors that one ensemble has, at most. */
const MOST_MEMBERS = 200;

/** A list of detectors, as texts with blanks between them: `knn:k=10 lof isolation-forest:trees=50`. */
export function detectorsParam(options: { readonly default: string; readonly doc: string }): Param<string> {
  return text({
    ...options,
    expects: 'detectors with blanks between them, such as "knn:k=10 lof"',
    accept(value, name) {
      if (value === options.default) return options.default;
      const given = typeof value === "string" ? splitAtBlanks(value) : value;
      if (!Array.isArray(given) || given.length === 0 || given.length > MOST_MEMBERS) {
        const found = Array.isArray(given) ? `${given.length} of them` : String(value);
        throw new ParamError("PARAM_TYPE", `${name}: expected 1 to ${MOST_MEMBERS} detectors; found ${found}`, {
          remedy: "Write their names with blanks between them, such as knn:k=10 lof",
        });
      }
      return given
        .map((each) => detectorText(typeof each === "string" ? detectorFromText(each) : asDetector(each, name)))
        .join(" ");
    },
  });
}

function asDetector(value: unknown, name: string): Detector {
  if (typeof value === "object" && value !== null && "spec" in value && "fitSync" in value) return value as Detector;
  throw new ParamError("PARAM_TYPE", `${name}: expected detectors; found ${String(value)}`);
}

/** Parts between blanks and semicolons that are not inside brackets. */
function splitAtBlanks(list: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const c of list) {
    if (c === "(") depth += 1;
    if (c === ")") depth -= 1;
    if (depth === 0 && (c === ";" || c.trim() === "")) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts.filter((part) => part !== "");
}

/** How members are combined: parameters that every such detector has. */
export const combinationParams = {
  combine: oneOf(COMBINATIONS, {
    default: "mean",
    doc: "How the members' scores become one: mean, maximum (or), median, vote, least (and), or average of maximum and maximum of average over groups.",
  }),
  standardize: oneOf(STANDARDIZATIONS, {
    default: "z",
    doc: "How the members' scores are brought to one scale before, by those of the training rows.",
  }),
  contamination: number({
    default: 0.1,
    min: 0,
    max: 0.5,
    exclusive: true,
    doc: "Share of training rows that a member votes for; other combinations do not read it.",
  }),
  buckets: int({ default: 5, min: 1, max: 1000, doc: "Groups of members, for aom and moa." }),
  seed: int({
    default: 0,
    min: 0,
    doc: "Seed of the random numbers: member i gets seed + i where it has none of its own.",
  }),
};

export interface CombinationValues {
  readonly combine: Combination;
  readonly standardize: Standardization;
  readonly contamination: number;
  readonly buckets: number;
  readonly seed: number;
}

/** A fitted member: the detector, its scale, and the limit above which it votes, on that scale. */
interface Member {
  readonly model: FittedDetector;
  readonly scale: ScoreScale;
  readonly limit: number;
}

/** Members of states that were fitted or restored in this process, so that a state is unpacked once. */
const unpacked = new WeakMap<ModelState, readonly Member[]>();

/**
 * Fits detectors one after the other and learns the scales of their scores from those of the training rows.
 *
 * @param owner  the detector's name, for error texts
 * @returns a state of arrays and plain values, for `score`, saving and `restoreMembers`
 * @throws {@link ParamError} `PARAM_RANGE` for a member that is not for tables or learns from labels
 */
export function fitMembers(
  owner: string,
  list: string,
  x: Matrix,
  params: CombinationValues,
  run: Run,
  training: Training,
  kind: "tabular" | "series" = "tabular",
): MaybePromise<ModelState> {
  const detectors = splitAtBlanks(list).map((each, i) => seeded(detectorFromText(each), params.seed + i));
  for (const { spec } of detectors) checkMember(owner, spec, kind);
  const members: Member[] = [];
  const next = (i: number): MaybePromise<ModelState> => {
    const detector = detectors[i];
    if (detector === undefined) return packMembers(members);
    const part = run.within(i / detectors.length, (i + 1) / detectors.length);
    return chain(fitMember(detector, x, params, part, training), (member) => {
      members.push(member);
      return next(i + 1);
    });
  };
  return next(0);
}

function fitMember(
  { spec, params: own }: Detector,
  x: Matrix,
  { standardize, contamination }: CombinationValues,
  run: Run,
  training: Training,
): MaybePromise<Member> {
  checkTraining(spec, x, training);
  return chain(spec.fit(x, own, run.within(0, 0.7), training), (state) => {
    const model = fittedDetector(spec, own, state, x.cols, undefined, x.rows);
    const rest = run.within(0.7, 1);
    const scored =
      spec.trainingScores?.(state, own, rest, x) ??
      scoreEach(spec.input === "series" ? seriesOf(x, training.starts) : [x], rest, (part, within) =>
        spec.score(state, part, own, within),
      );
    return chain(scored, (scores) => {
      const scale = fitScoreScale(scores, standardize);
      return { model, scale, limit: quantileOf(scale.apply(scores), 1 - contamination) };
    });
  });
}

/** The combined scores of rows. */
export function scoreMembers(
  state: ModelState,
  x: Matrix,
  params: CombinationValues,
  run: Run,
  own = false,
): MaybePromise<Float64Array> {
  const members = membersOf(state);
  const scores: Float64Array[] = [];
  const next = (i: number): MaybePromise<Float64Array> => {
    const member = members[i];
    if (member === undefined) {
      return combineScores(scores, params.combine, { ...params, limits: members.map(({ limit }) => limit) });
    }
    const { spec, state: inner, params: given } = member.model;
    const part = run.within(i / members.length, (i + 1) / members.length);
    const found = (own ? spec.trainingScores?.(inner, given, part, x) : undefined) ?? spec.score(inner, x, given, part);
    return chain(found, (each) => {
      scores.push(member.scale.apply(each));
      return next(i + 1);
    });
  };
  return next(0);
}

/** A series in chunks through all members; undefined when one of them must see a series whole. */
export function openMembers(state: ModelState, params: CombinationValues): SeriesRun | undefined {
  const members = membersOf(state);
  const runs = members.map(({ model }) => openSeries(model.spec, model.state, model.params));
  if (runs.includes(undefined)) return undefined;
  return {
    push(x, run, contributions) {
      const scores: Float64Array[] = [];
      const done = inOrder(members.length, (i) => {
        const { scale } = members[i] as Member;
        const part = run.within(i / members.length, (i + 1) / members.length);
        const pushed = contributions === undefined ? undefined : new Float64Array(contributions.length);
        return chain((runs[i] as SeriesRun).push(x, part, pushed), (each) => {
          scores.push(scale.apply(each));
          if (pushed !== undefined && contributions !== undefined) {
            addScaled(contributions, pushed, 1 / (scale.facts.spread * members.length));
          }
        });
      });
      return chain(done, () =>
        combineScores(scores, params.combine, { ...params, limits: members.map(({ limit }) => limit) }),
      );
    },
  };
}

/**
 * rows × cols: what each column contributed to the members that can tell, on the common scale, on average over these; it adds
 * up to nothing where none can.
 */
export function explainMembers(state: ModelState, x: Matrix, run: Run): MaybePromise<Float64Array> {
  const members = membersOf(state).filter(({ model }) => model.spec.contributions !== undefined);
  const sums = new Float64Array(x.data.length);
  const done = inOrder(members.length, (i) => {
    const { model, scale } = members[i] as Member;
    const part = run.within(i / members.length, (i + 1) / members.length);
    return chain(model.spec.contributions?.(model.state, x, model.params, part) ?? sums, (pushed) =>
      addScaled(sums, pushed, 1 / (scale.facts.spread * members.length)),
    );
  });
  return chain(done, () => sums);
}

function addScaled(sums: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (values[i] as number) * factor;
}

/** The seed for a detector that has such a parameter and was not given one. */
function seeded(detector: Detector, seed: number): Detector {
  const { spec, params } = detector;
  if (!Object.hasOwn(spec.params, "seed")) return detector;
  const { seed: given } = params as { readonly seed?: unknown };
  if (given !== spec.params.seed?.default) return detector;
  return { ...detector, params: { ...params, seed } as typeof params };
}

function checkMember(owner: string, { name, input, traits }: Detector["spec"], kind: "tabular" | "series"): void {
  const wrong =
    input !== kind
      ? input === "series"
        ? "is for series"
        : "looks at single rows; put it behind windowed:base="
      : traits.supervised
        ? "learns from labels"
        : traits.transductive
          ? "looks at the whole batch"
          : undefined;
  if (wrong === undefined) return;
  throw new ParamError(
    "PARAM_RANGE",
    `${owner} combines detectors of ${kind === "tabular" ? "rows" : "series"} that need no labels; ${name} ${wrong}`,
    {
      remedy: "Choose other detectors; telltale list says what each one is for",
    },
  );
}

function packMembers(members: readonly Member[]): ModelState {
  const state: Record<string, ModelState[string]> = { members: members.length };
  members.forEach(({ model, scale, limit }, i) => {
    Object.assign(state, packPart(`member${i}`, model));
    const { method, center, spread, sorted } = scale.facts;
    Object.assign(state, {
      [`member${i}.method`]: method,
      [`member${i}.scale`]: Float64Array.of(center, spread, limit),
    });
    if (method === "ecdf") state[`member${i}.sorted`] = sorted;
  });
  unpacked.set(state, members);
  return state;
}

function membersOf(state: ModelState): readonly Member[] {
  const known = unpacked.get(state);
  if (known !== undefined) return known;
  throw new TypeError("a state of an ensemble is fitted or restored before it is used");
}

/**
 * A state read from a file, every member restored and checked.
 *
 * @param beside  what the detector keeps beside its members, checked already
 *
 * @throws {@link ModelFileError} `MODEL_CORRUPT`
 */
export function restoreMembers(
  owner: string,
  state: ModelState,
  cols: number,
  kind: "tabular" | "series" = "tabular",
  beside: ModelState = {},
): ModelState {
  const kept: ModelState = { ...state, ...beside };
  unpacked.set(kept, unpackMembers(owner, state, cols, kind));
  return kept;
}

function unpackMembers(owner: string, state: ModelState, cols: number, kind: "tabular" | "series"): readonly Member[] {
  const corrupt = (what: string) =>
    new ModelFileError("MODEL_CORRUPT", `${owner}: ${what}`, { remedy: "Fit the model again" });
  const { members: count } = state;
  if (!Number.isSafeInteger(count) || (count as number) < 1 || (count as number) > MOST_MEMBERS) {
    throw corrupt("it counts no members");
  }
  const own = /^(members$|member(0|[1-9]\d{0,2})\.)/;
  const stray = Object.keys(state).find((key) => {
    const place = own.exec(key);
    return place === null || Number(place[2] ?? 0) >= (count as number);
  });
  if (stray !== undefined) throw corrupt("it has parts that belong to no member");
  return Array.from({ length: count as number }, (_, i) => {
    const model = restorePart(`member${i}`, state);
    try {
      checkMember(owner, model.spec, kind);
    } catch (cause) {
      throw corrupt((cause as Error).message);
    }
    if (model.cols !== cols) throw corrupt("a member has other columns");
    const { [`member${i}.method`]: method, [`member${i}.scale`]: scale, [`member${i}.sorted`]: sorted } = state;
    if (!STANDARDIZATIONS.includes(method as Standardization)) throw corrupt("a member's scale is unknown");
    if (!(scale instanceof Float64Array) || scale.length !== 3 || !scale.every(Number.isFinite)) {
      throw corrupt("a member has no scale");
    }
    const [center, spread, limit] = scale as unknown as [number, number, number];
    if (!(spread > 0)) throw corrupt("a member's scale is not positive");
    const steps = method === "ecdf" ? sorted : new Float64Array(0);
    if (!(steps instanceof Float64Array) || (method === "ecdf") !== steps.length > 0)
      throw corrupt("a member's ranks are missing");
    if (!steps.every((value, k) => Number.isFinite(value) && !(value < (steps[k - 1] as number)))) {
      throw corrupt("a member's ranks are not in order");
    }
    return {
      model,
      limit,
      scale: new ScoreScale({ method: method as Standardization, center, spread, sorted: steps }),
    };
  });
}
