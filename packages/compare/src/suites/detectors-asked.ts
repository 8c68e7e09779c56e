import { type Detector, detectorFromText, detectorText, ParamError, type ParamSchema, registry } from "@telltale/core";

/** The word for every registered detector that trains no network, and the word for those that do. */
export const ALL = "all";
export const NEURAL = "neural";

/**
 * The texts of detectors in a list as a person writes it: `lof,knn:k=20,metric=manhattan`. A comma before `name=value` goes on with
 * the parameters of the detector before it; commas in round brackets are left alone.
 *
 * @throws ParamError `PARAM_TYPE` for an empty name
 * @example
 * ```ts
 * import { splitDetectors } from "@telltale/compare";
 * console.log(splitDetectors("lof,knn:k=20,metric=manhattan,ecod")); // [ 'lof', 'knn:k=20,metric=manhattan', 'ecod' ]
 * ```
 */
export function splitDetectors(list: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let part = "";
  const end = () => {
    const word = part.trim();
    if (word === "") {
      throw new ParamError("PARAM_TYPE", `expected names of detectors with commas between them; found "${list}"`, {
        remedy: "Write, for example, lof,knn:k=20",
      });
    }
    const goesOn = /^[A-Za-z]+=/.test(word) && found.at(-1)?.includes(":") === true;
    if (goesOn) found.push(`${found.pop()},${word}`);
    else found.push(word);
    part = "";
  };
  for (const c of list) {
    if (c === "(") depth++;
    if (c === ")") depth--;
    if (c === "," && depth === 0) end();
    else part += c;
  }
  end();
  return found;
}

/** A detector to run, under the text that names it in a result. */
export interface AskedDetector {
  /** Its name, with the parameters that are not at their default. */
  readonly text: string;
  /** Makes it; `seed` is given to a detector that has that parameter and was not told one. */
  make(seed: number): Detector;
}

/**
 * The detectors that texts stand for; `all` is every registered one but those that train a network, which are `neural`. Each
 * once, in the order of asking.
 *
 * @throws ParamError `PARAM_UNKNOWN`, `PARAM_TYPE`, `PARAM_RANGE`
 */
export function detectorsAsked(texts: readonly string[]): AskedDetector[] {
  const found = new Map<string, AskedDetector>();
  for (const asked of texts) {
    const each = asked === ALL || asked === NEURAL ? namesOf(asked) : [asked];
    for (const text of each) {
      const detector = detectorFromText(text);
      const full = detectorText(detector);
      if (!found.has(full)) found.set(full, { text: full, make: (seed) => seeded(detector, seed) });
    }
  }
  return [...found.values()];
}

/** Names of the registered detectors that a word stands for. */
export function namesOf(word: typeof ALL | typeof NEURAL): string[] {
  const wanted = registry.list().filter(({ spec }) => (spec.traits.neural === true) === (word === NEURAL));
  return wanted.map(({ spec }) => spec.name);
}

function seeded(detector: Detector, seed: number): Detector {
  const { name, params: schema } = detector.spec as { readonly name: string; readonly params: ParamSchema };
  const param = schema.seed;
  const { seed: given } = detector.params as { readonly seed?: unknown };
  if (param === undefined || given !== param.default) return detector;
  return registry.create(name, { ...detector.params, seed });
}
