import { type FittedDetector, fittedDetector, type ModelState, type StateValue } from "../detectors/detector.js";
import { ModelFileError } from "../errors.js";
import { load } from "../model-file/load.js";
import { Random } from "../random.js";
import { check, checkThrows } from "./check.js";
import type { Cases, Subject } from "./subject.js";

/** What is read from a file may be anything: either it is refused, or it scores. */
export const savingCases: Cases = {
  async "refuses a state with a part missing or of another type"(subject) {
    const x = subject.rows();
    const { state } = subject.fit(x);
    for (const key of Object.keys(state)) {
      const { [key]: _gone, ...rest } = state;
      await refused(subject, rest, `without ${key}`);
      await refused(subject, { ...state, [key]: "text" }, `${key} as text`);
    }
  },

  "refuses a state with a damaged part, or scores with it"(subject) {
    const x = subject.rows();
    const { state, params } = subject.fit(x);
    const random = new Random(3);
    for (const [key, value] of Object.entries(state)) {
      for (const damaged of damages(value, random)) {
        try {
          const restored = subject.factory.spec.restore({ ...state, [key]: damaged }, params, x.cols);
          const model = fittedDetector(subject.factory.spec, params, restored, x.cols, x.columns, x.rows);
          check(subject.score(model, x).length === x.rows, `${key}: a damaged state scores other rows`);
        } catch (error) {
          check(error instanceof ModelFileError, `${key}: a damaged state threw ${String(error)}`);
        }
      }
    }
  },

  "refuses a file with flipped bytes or cut short, or scores with it"(subject) {
    const x = subject.rows();
    const bytes = subject.fit(x).save();
    const random = new Random(4);
    for (let trial = 0; trial < 60; trial++) {
      const copy = bytes.slice();
      const flips = 1 + random.below(4);
      for (let k = 0; k < flips; k++) copy[random.below(copy.length)] = random.below(256);
      tryToScore(subject, trial % 3 === 0 ? copy.subarray(0, random.below(copy.length)) : copy);
    }
  },
};

async function refused(subject: Subject, state: ModelState, what: string): Promise<void> {
  const { spec } = subject.factory;
  const { params } = subject.create();
  await checkThrows(() => spec.restore(state, params, 3), ModelFileError, ["MODEL_CORRUPT"], what);
}

function damages(value: StateValue, random: Random): StateValue[] {
  if (typeof value === "number") return [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2 ** 31];
  if (typeof value !== "object") return [""];
  const out: StateValue[] = [value.subarray(0, Math.max(0, value.length - 1)), value.slice(0, 0)];
  for (const wild of [-1, 0, 1, 7, 2 ** 31 - 1, -(2 ** 31), 2 ** 20, Number.NaN]) {
    for (let trial = 0; trial < 4; trial++) {
      const copy = value.slice();
      copy[random.below(Math.max(1, copy.length))] = wild;
      out.push(copy);
    }
  }
  return out;
}

function tryToScore(subject: Subject, bytes: Uint8Array): void {
  const x = subject.rows();
  let model: Pick<FittedDetector, "cols"> & ReturnType<typeof load>;
  try {
    model = load(bytes) as typeof model;
  } catch (error) {
    check(error instanceof ModelFileError, `a damaged file threw ${String(error)}`);
    return;
  }
  if (model.cols !== x.cols) return;
  const { data, rows, cols } = x;
  check(model.scoreSync({ data, rows, cols }, { kernels: subject.kernels }).length === x.rows, "other rows are scored");
}
