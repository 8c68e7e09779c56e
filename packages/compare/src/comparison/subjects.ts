import { type Detector, ParamError, registry } from "@telltale/core";
import { ALL, detectorsAsked, NEURAL, namesOf } from "../suites/detectors-asked.js";

/** One detector of a comparison. */
export interface Subject {
  /** Name, and parameters that were given: `knn:k=20`. */
  readonly name: string;
  readonly detector: Detector;
  /** Learns from labels, which the others do not see. */
  readonly supervised: boolean;
  /** Learns nothing: what chance or an alarm on everything gets. */
  readonly control: boolean;
}

export interface SubjectOptions {
  /** Rows are in order of time: detectors of series take part in `all`. Default false. */
  readonly inOrder?: boolean;
  /** For detectors that have a seed and were not told one. Default 0. */
  readonly seed?: number;
}

/** Beside every comparison: a figure that is not clearly above theirs says nothing. */
const CONTROLS = ["random", "constant"];

/**
 * The detectors that a list of texts stands for, with the controls before them.
 *
 * @param texts  `all` (but neural ones), `neural`, or detectors such as `lof` or `knn:k=20`; each counts once
 * @throws ParamError `PARAM_UNKNOWN`, `PARAM_TYPE`, `PARAM_RANGE`
 * @example
 * ```ts
 * import { subjectsFrom } from "@telltale/compare";
 * console.log(subjectsFrom(["lof", "knn:k=20"]).map(({ name }) => name).join(" ")); // random constant lof knn:k=20
 * ```
 */
export function subjectsFrom(texts: readonly string[], { inOrder = false, seed = 0 }: SubjectOptions = {}): Subject[] {
  if (texts.length === 0) {
    throw new ParamError("PARAM_RANGE", "a comparison needs at least one detector; found none", {
      remedy: 'Name some, or say "all"',
    });
  }
  // A list of all leaves out what cannot run; a detector that was named is another matter.
  const runs = (name: string) => inOrder || registry.get(name).spec.input === "tabular";
  const asked = texts.flatMap((text) => (text === ALL || text === NEURAL ? namesOf(text).filter(runs) : [text]));
  return detectorsAsked([...CONTROLS, ...asked]).map(({ text, make }) => {
    const detector = make(seed);
    const { supervised = false, control = false } = detector.spec.traits;
    return { name: text, detector, supervised, control };
  });
}
