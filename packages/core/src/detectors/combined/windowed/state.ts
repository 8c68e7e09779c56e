import { ModelFileError, ParamError } from "../../../errors.js";
import { flag, int, intOr, oneOf, type ParamValues } from "../../../params/params.js";
import { detectorFromText, detectorParam, packPart, restorePart } from "../../composed.js";
import type { Detector, FittedDetector, ModelState } from "../../detector.js";
import { StateReader } from "../../state-reader.js";

const MOST_ROWS = 100_000;
/** What the base is called in the state. */
const PART = "base";

export const paramsWith = (base: string) => ({
  base: detectorParam({ default: base, doc: "The detector of tables that looks at the windows, with its parameters." }),
  window: intOr("auto", {
    default: "auto",
    min: 1,
    max: MOST_ROWS,
    doc: "Rows in a window; auto takes the period of the first column, from its autocorrelation.",
  }),
  stride: int({ default: 1, min: 1, max: MOST_ROWS, doc: "Rows from one training window to the next." }),
  normalize: flag({ default: false, doc: "Bring each sensor of each window to mean 0 and standard deviation 1." }),
  aggregate: oneOf(["last", "mean", "max"], {
    default: "last",
    doc: "A row's score: that of the window that ends there, or mean or maximum over the windows it is in.",
  }),
});
export type Given = ParamValues<ReturnType<typeof paramsWith>>;

/** Length of the windows, and the detector that was fitted on them as {@link packPart} keeps it. */
export type WindowedState = ModelState & {
  /** Rows in a window. */
  readonly length: number;
  /** First row of each training series; their rows. */
  readonly starts: Int32Array;
  readonly rows: number;
  /** Median score of training windows: that of rows before the first whole window of a series, of which nothing is known. */
  readonly typical: number;
};

/** The detector that looks at the windows. Throws {@link ParamError} when it cannot. */
export function baseOf({ base }: Given): Detector {
  const detector = detectorFromText(base);
  const { input, name, traits } = detector.spec;
  const why =
    input === "series"
      ? "is itself for series"
      : traits.supervised === true
        ? "learns from labels"
        : traits.transductive === true
          ? "scores a row by its batch"
          : undefined;
  if (why === undefined) return detector;
  throw new ParamError("PARAM_RANGE", `base: ${name} ${why}, so it cannot look at windows`, {
    remedy: "Choose a detector of tables, such as isolation-forest or knn",
  });
}

/** Fitted detectors by the state they are packed in, so that each is unpacked and checked once. */
const bases = new WeakMap<ModelState, FittedDetector>();

/** The fitted detector inside a state. */
export function fittedBase(state: WindowedState): FittedDetector {
  const known = bases.get(state);
  if (known !== undefined) return known;
  const fitted = restorePart(PART, state);
  bases.set(state, fitted);
  return fitted;
}

/** The state around a fitted detector. */
export function packed(
  base: FittedDetector,
  own: Pick<WindowedState, "length" | "starts" | "rows" | "typical">,
): WindowedState {
  const { length, starts, rows, typical } = own;
  const state: WindowedState = { ...packPart(PART, base), length, starts, rows, typical };
  bases.set(state, base);
  return state;
}

/** Windows that each training series has, `stride` rows apart. */
export function windowCounts(starts: Int32Array, rows: number, length: number, stride: number): number[] {
  return Array.from(starts, (start, s) => {
    const own = (starts[s + 1] ?? rows) - start;
    return own < length ? 0 : Math.floor((own - length) / stride) + 1;
  });
}

/** Checks a state that was read from a file. Throws {@link ModelFileError}. */
export function restored(name: string, state: ModelState, given: Given, cols: number): WindowedState {
  const reader = new StateReader(name, state);
  const length = reader.count("length", 1, MOST_ROWS);
  const rows = reader.count("rows", 1, 2 ** 31 - 1);
  const starts = reader.integers("starts", 0, rows - 1);
  const ascending = starts.every((start, s) => start > (starts[s - 1] ?? -1));
  if (starts[0] !== 0 || !ascending) throw reader.wrong("its series are impossible");
  if (given.window !== "auto" && given.window !== length)
    throw reader.wrong("its windows are not those of its parameters");
  const base = restorePart(PART, state);
  const { spec, params } = baseOf(given);
  if (base.spec.name !== spec.name || JSON.stringify(base.params) !== JSON.stringify(params)) {
    throw new ModelFileError("MODEL_CORRUPT", `${name}: holds another detector than its parameters say`, {
      remedy: "Fit the model again",
    });
  }
  if (base.cols !== length * cols) throw reader.wrong("the windows are of another size than its detector's rows");
  const windows = windowCounts(starts, rows, length, given.stride).reduce((a, b) => a + b, 0);
  if (windows !== base.trainedRows) throw reader.wrong("its series do not have the windows it was fitted on");
  return packed(base, { length, starts, rows, typical: reader.number("typical") });
}
