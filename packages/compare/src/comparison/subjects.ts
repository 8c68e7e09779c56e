import { type Detector, detectorFromText, detectorText, ParamError, registry } from "@telltale/core";

/** One detector of a comparison. */
export interface Subject {
  /** Name, and parameters that are not at their default: `knn:k=20`. */
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
}

/** Beside every comparison: a figure that is not clearly above theirs says nothing. */
const CONTROLS = ["random", "constant"];

/**
 * The detectors that a list of texts stands for, with the controls before them.
 *
 * @param texts  `all`, or detectors such as `lof` or `knn:k=20`; each counts once
 * @throws {@link ParamError} `PARAM_UNKNOWN`, `PARAM_TYPE`, `PARAM_RANGE`
 * @example
 * ```ts
 * import { subjectsFrom } from "@telltale/compare";
 * console.log(subjectsFrom(["lof", "knn:k=20"]).map(({ name }) => name).join(" ")); // random constant lof knn:k=20
 * ```
 */
export function subjectsFrom(texts: readonly string[], { inOrder = false }: SubjectOptions = {}): Subject[] {
  const asked = texts.flatMap((text): Detector[] => {
    if (text !== "all") return [detectorFromText(text)];
    return registry
      .list()
      .filter(({ spec }) => inOrder || spec.input === "tabular")
      .map((factory) => factory());
  });
  if (asked.length === 0) {
    throw new ParamError("PARAM_RANGE", "a comparison needs at least one detector; found none", {
      remedy: 'Name some, or say "all"',
    });
  }
  const subjects = [...CONTROLS.map((name) => registry.create(name)), ...asked].map((detector) => ({
    name: detectorText(detector),
    detector,
    supervised: detector.spec.traits.supervised === true,
    control: detector.spec.traits.control === true,
  }));
  return subjects.filter(({ name }, i) => subjects.findIndex((other) => other.name === name) === i);
}

/**
 * Cuts a list at its commas; a part like `metric=manhattan` still belongs to the detector before it, as do commas in brackets.
 *
 * @example
 * ```ts
 * import { splitDetectors } from "@telltale/compare";
 * console.log(splitDetectors("lof,knn:k=20,metric=manhattan,ecod").join(" ")); // lof knn:k=20,metric=manhattan ecod
 * ```
 */
export function splitDetectors(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const c of `${list},`) {
    if (c === "(") depth += 1;
    if (c === ")") depth -= 1;
    if (c !== "," || depth > 0) {
      part += c;
      continue;
    }
    const before = parts.at(-1);
    const setting = /^\s*[\w-]+\s*=/.test(part);
    if (setting && before?.includes(":")) parts[parts.length - 1] = `${before},${part.trim()}`;
    else if (part.trim() !== "") parts.push(part.trim());
    part = "";
  }
  return part === "" ? parts : [...parts, part.trim()];
}
