import { describe, expect, it } from "vitest";
import { type DetectorFactory, defineDetector } from "../detectors/detector.js";
import { ModelFileError } from "../errors.js";
import { referenceKernels } from "../kernels/reference/reference.js";
import { int } from "../params/params.js";
import { registry } from "../registry.js";
import { conformance } from "./conformance.js";

const cases = conformance([referenceKernels]);
for (const detector of new Set(cases.map((each) => each.detector))) {
  describe(`${detector} on reference kernels`, () => {
    it.each(cases.filter((each) => each.detector === detector))("$name", (each) => each.run());
  });
}

describe("the suite itself", () => {
  it("covers the whole registry", () => {
    expect(new Set(cases.map((each) => each.detector))).toEqual(new Set(registry.list().map(({ spec }) => spec.name)));
  });

  it("finds what a bad detector of series does wrong", async () => {
    const failed: string[] = [];
    for (const each of conformance([referenceKernels], [foreseeing as unknown as DetectorFactory])) {
      await each.run().catch(() => failed.push(each.name));
    }
    expect(failed).toEqual(
      expect.arrayContaining([
        "says rightly whether it scores a series in chunks",
        "does not look ahead, if it says so",
        "learns from several series, and scores each of them on its own",
        "puts a planted outlier first",
      ]),
    );
  });

  it("finds what a bad detector does wrong", async () => {
    const failed: string[] = [];
    for (const each of conformance([referenceKernels], [careless as unknown as DetectorFactory])) {
      await each.run().catch(() => failed.push(each.name));
    }
    expect(failed).toEqual(
      expect.arrayContaining([
        "changes neither its input nor its model",
        "scores a row alike alone, in a batch and in any chunk",
        "puts a planted outlier first",
        "refuses a state with a part missing or of another type",
        "takes missing values, or refuses them by row and column",
        "has valid defaults and a sentence of help for every parameter",
      ]),
    );
  });
});

/** Scores by the place in the batch, writes on its input, claims what it cannot do. */
const careless = defineDetector({
  name: "careless",
  summary: "A detector that keeps no promise at all.",
  input: "tabular",
  traits: { missing: true },
  leastRows: 1,
  params: { k: int({ default: 1, min: 1, doc: "No sentence" }) },
  fit(x): { centre: Float64Array } {
    x.data[0] = 0;
    return { centre: Float64Array.of(1) };
  },
  score: (_state, x) => x.data.slice(0, x.rows).map((v, i) => (v !== v ? v : -i)),
  restore(state) {
    if (state.other !== undefined) throw new ModelFileError("MODEL_CORRUPT", "other");
    return state as { centre: Float64Array };
  },
});

/** Says that it looks back only, but looks ahead; cannot learn from two series. */
const foreseeing = defineDetector({
  name: "foreseeing",
  summary: "A detector that knows how many rows will come.",
  input: "series",
  traits: { causal: true },
  leastRows: 1,
  params: {},
  fit(_x, _params, _run, { starts = Int32Array.of(0) }): { none: number } {
    if (starts.length > 1) throw new RangeError("one series only");
    return { none: 0 };
  },
  score: (_state, x) => new Float64Array(x.rows).fill(x.rows),
  restore: () => ({ none: 0 }),
});
