import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isolationForest } from "../detectors/tabular/isolation-forest/isolation-forest.js";
import { ModelFileError } from "../errors.js";
import { type Matrix, matrix } from "../matrix.js";
import { decodeSafetensors, encodeSafetensors, type ModelArray } from "../model-format/safetensors.js";
import { pipeline } from "../pipeline/pipeline.js";
import { infinite } from "../prepare/infinite.js";
import { missing } from "../prepare/missing.js";
import { scale } from "../prepare/scale.js";
import { windows } from "../prepare/windows.js";
import { Random } from "../random.js";
import { quantile } from "../thresholds/index.js";
import { load } from "./load.js";

function noise(rows: number): Matrix {
  const random = new Random(21);
  return matrix(
    Float64Array.from({ length: rows * 2 }, () => random.normal()),
    rows,
    2,
    ["Pressure", "Flow"],
  );
}

const x = noise(300);
const model = pipeline({
  steps: [
    infinite({ policy: "clip" }),
    missing({ policy: "previous" }),
    scale(),
    windows({ size: 3, summary: "statistics" }),
  ],
  detector: isolationForest({ trees: 8, samples: 32, seed: 5 }),
  threshold: quantile(0.95),
}).fitSync(x, { notes: { time: "datetime" } });
const bytes = model.save();

/** The file with some of its texts or arrays changed. */
function changed(texts: Record<string, string | undefined>, arrays: Record<string, ModelArray | undefined> = {}) {
  const file = decodeSafetensors(bytes);
  const edit = <T>(from: ReadonlyMap<string, T>, change: Record<string, T | undefined>) => {
    const all = Object.entries({ ...Object.fromEntries(from), ...change });
    return new Map(all.filter((pair): pair is [string, T] => pair[1] !== undefined));
  };
  return encodeSafetensors({ metadata: edit(file.metadata, texts), arrays: edit(file.arrays, arrays) });
}
const codeOf = (file: Uint8Array) => {
  try {
    load(file);
  } catch (error) {
    expect(error).toBeInstanceOf(ModelFileError);
    return (error as ModelFileError).code;
  }
  return "loaded";
};

describe("a loaded model", () => {
  it("is the model that was saved", () => {
    const again = load(bytes);
    expect(again.scoreSync(x)).toEqual(model.scoreSync(x));
    expect(again.contributionsSync(x)).toEqual(model.contributionsSync(x));
    expect(again.flag(again.scoreSync(x))).toEqual(model.flag(model.scoreSync(x)));
    expect(JSON.stringify(again.describe())).toBe(JSON.stringify(model.describe()));
    expect(again.save()).toEqual(bytes);
  });

  it("may have been a detector alone, or a pipeline without names and threshold", () => {
    const bare = { data: x.data, rows: x.rows, cols: x.cols };
    const forest = isolationForest({ trees: 5, ndim: 2, maxDepth: 3 }).fitSync(bare);
    const again = load(forest.save());
    expect(again.scoreSync(bare)).toEqual(forest.scoreSync(bare));
    expect(again.save()).toEqual(forest.save());
    expect(again.save()).toEqual(
      pipeline({ detector: isolationForest({ trees: 5, ndim: 2, maxDepth: 3 }) })
        .fitSync(bare)
        .save(),
    );
    expect([again.columns, again.threshold, again.steps.length]).toEqual([undefined, undefined, 0]);
  });

  it("does not change with the bytes it came from", () => {
    const copy = bytes.slice();
    const again = load(copy);
    copy.fill(255);
    expect(again.scoreSync(x)).toEqual(model.scoreSync(x));
  });

  it("may lie anywhere in a larger buffer", () => {
    const pool = new Uint8Array(bytes.length + 20);
    pool.set(bytes, 5);
    expect(load(pool.subarray(5, 5 + bytes.length)).scoreSync(x)).toEqual(model.scoreSync(x));
  });
});

describe("a file that is refused", () => {
  it("is from a newer version, says so and names it", () => {
    const newer = changed({ formatVersion: "2", libraryVersion: "9.1.0" });
    expect(codeOf(newer)).toBe("MODEL_NEWER");
    expect(() => load(newer)).toThrow(/format 2 \(written by 9\.1\.0\).*Update Telltale/);
    expect(codeOf(changed({ detector: '{"name":"quantum","params":{},"values":{}}' }))).toBe("MODEL_NEWER");
    expect(codeOf(changed({ threshold: '{"rule":"guess","value":1,"threshold":1}' }))).toBe("MODEL_NEWER");
  });

  it("is another program's safetensors", () => {
    const arrays = new Map([["weight", Float32Array.of(1, 2)]]);
    expect(codeOf(encodeSafetensors({ arrays, metadata: new Map([["format", "pt"]]) }))).toBe("MODEL_FOREIGN");
    expect(codeOf(encodeSafetensors({ arrays, metadata: new Map() }))).toBe("MODEL_FOREIGN");
  });

  it.each([
    ["no version", { formatVersion: undefined }],
    ["version 0", { formatVersion: "0" }],
    ["no detector", { detector: undefined }],
    ["no columns", { columns: undefined }],
    ["other columns", { columns: '["Pressure"]' }],
    ["a column twice", { columns: '["Pressure","Pressure"]' }],
    ["2^60 columns", { cols: "1152921504606846976", columns: "null" }],
    ["no column", { cols: "0", columns: "null" }],
    ["more columns than the forest knows", { cols: "3", columns: "null" }],
    ["a NaN threshold", { threshold: '{"rule":"quantile","value":0.95,"threshold":null}' }],
    ["an impossible threshold", { threshold: '{"rule":"quantile","value":7,"threshold":1}' }],
    ["a threshold that is text", { threshold: '"high"' }],
    ["steps that are no list", { steps: "{}" }],
    ["a step without parameters", { steps: '[{"name":"scale","values":{}}]' }],
    ["too many steps", { steps: JSON.stringify(new Array(65).fill({ name: "lags", params: {}, values: {} })) }],
    ["no step for the arrays", { steps: "[]" }],
    ["deep JSON", { notes: `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}` }],
    ["a note that is no text", { notes: '{"a":1}' }],
    ["a training without rows", { training: '{"rows":0,"series":1}' }],
    ["odd quantiles", { training: '{"rows":9,"series":1,"scoreQuantiles":[[1]]}' }],
    [
      "an unknown parameter",
      { detector: '{"name":"isolation-forest","params":{"x":1},"values":{"ndim":1,"sampleSize":32}}' },
    ],
    ["a value that is an array", { detector: '{"name":"isolation-forest","params":{},"values":{"ndim":[1]}}' }],
  ])("has %s", (_, texts) => {
    expect(codeOf(changed(texts))).toBe("MODEL_CORRUPT");
  });

  it.each([
    ["an array missing", { "detector.right": undefined }],
    ["an array of another type", { "detector.right": new Float64Array(4) }],
    ["an array that belongs to nothing", { stray: new Float64Array(1) }],
    ["a step's array too short", { "steps.2.center": new Float64Array(1) }],
    ["a divisor of 0", { "steps.2.divisor": new Float64Array(2) }],
    ["NaN to fill in", { "steps.1.fill": Float64Array.of(1, Number.NaN) }],
    ["a value that is there as array and as number", { "detector.ndim": Float64Array.of(1) }],
  ])("has %s", (_, arrays) => {
    expect(codeOf(changed({}, arrays))).toBe("MODEL_CORRUPT");
  });
});

describe("a damaged file", () => {
  const scores = (file: Uint8Array) => {
    let again: ReturnType<typeof load>;
    try {
      again = load(file);
    } catch (error) {
      expect(error).toBeInstanceOf(ModelFileError);
      return;
    }
    const some = { data: new Float64Array(again.cols * 4), rows: 4, cols: again.cols };
    expect(again.scoreSync(some)).toHaveLength(4);
  };

  it("is refused or scores, whatever bytes are changed", () => {
    const header = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)) + 8;
    const place = fc.oneof(fc.nat(header - 1), fc.nat(bytes.length - 1));
    const change = fc.tuple(place, fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const copy = bytes.slice();
        for (const [at, value] of changes) copy[at] = value;
        scores(copy);
      }),
      { numRuns: 1500 },
    );
  });

  it("is refused or scores, whatever number in its texts is changed", () => {
    const { metadata } = decodeSafetensors(bytes);
    const texts = [...metadata].flatMap(([key, text]) =>
      [...text.matchAll(/\d+(\.\d+)?/g)].map((found) => ({ key, found })),
    );
    const wild = fc.constantFrom(
      "0",
      "-1",
      "1e308",
      "9007199254740991",
      "1e999",
      "0.5",
      "null",
      "[]",
      '"a"',
      "2147483648",
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts), wild, ({ key, found }, value) => {
        const text = metadata.get(key) as string;
        scores(changed({ [key]: text.slice(0, found.index) + value + text.slice(found.index + found[0].length) }));
      }),
      { numRuns: 400 },
    );
  });

  it("is refused wherever it is cut", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(codeOf(bytes.subarray(0, length))).toBe("MODEL_TRUNCATED");
      }),
    );
  });
});
