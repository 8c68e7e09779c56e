import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { boostedTrees } from "../detectors/supervised/boosted-trees/boosted-trees.js";
import { isolationForest } from "../detectors/tabular/isolation-forest/isolation-forest.js";
import type { TreeEnsemble } from "../kernels/boosted-trees/predict.js";
import { matrix } from "../matrix.js";
import { pipeline } from "../pipeline/pipeline.js";
import { standardize } from "../prepare/scale.js";
import { Random } from "../random.js";
import { readXgboost } from "../xgboost-format/read.js";
import { load } from "./load.js";
import { fromXgboost, toXgboost, xgboostNotes } from "./xgboost.js";

interface Case {
  readonly name: string;
  readonly json: string;
  readonly rows: number;
  readonly cols: number;
  readonly x: string;
  readonly margins: string;
  readonly bestMargins?: string;
  readonly contributions?: string;
}

const folder = new URL("../xgboost-format/golden/", import.meta.url);
const golden = JSON.parse(readFileSync(new URL("xgboost-3.2.0.json", folder), "utf8")) as { readonly cases: Case[] };
const caseOf = (name: string) => golden.cases.find((each) => each.name === name) as Case;
const bufferOf = (base64: string) => Uint8Array.from(Buffer.from(base64, "base64")).buffer;
const rowsOf = ({ x, rows, cols }: Case) => matrix(new Float64Array(bufferOf(x)), rows, cols);
const marginsOf = (text: string) => [...new Float32Array(bufferOf(text))];
const encode = (text: string) => new TextEncoder().encode(text);
const logistic = (margin: number) => 1 / (1 + Math.exp(-margin));

describe("a model of XGBoost as a pipeline", () => {
  test.each(["binary:logistic", "reg:logistic", "categories, partition", "binary:logistic, dart"])("%s", (name) => {
    const given = caseOf(name);
    const model = fromXgboost(encode(given.json));
    const scores = model.scoreSync(rowsOf(given));
    const regression = name.startsWith("categories");
    marginsOf(given.margins).forEach((margin, i) => {
      expect(scores[i]).toBeCloseTo(regression ? margin : logistic(margin), 12);
    });
    expect(load(model.save()).scoreSync(rowsOf(given))).toEqual(scores);
    const again = fromXgboost(toXgboost(model, { format: "ubj" }));
    expect(again.scoreSync(rowsOf(given))).toEqual(scores);
    expect(readXgboost(toXgboost(model)).objective).toBe(readXgboost(encode(given.json)).objective);
  });

  test("margins of binary:logitraw, to the last bit", () => {
    const given = caseOf("binary:logitraw");
    const model = fromXgboost(encode(given.json));
    expect([...model.scoreSync(rowsOf(given))]).toEqual(marginsOf(given.margins));
    expect([...fromXgboost(toXgboost(model)).scoreSync(rowsOf(given))]).toEqual(marginsOf(given.margins));
  });

  test("an objective without a meaning here: margins and a note; written, it stays what it was not", () => {
    const given = caseOf("count:poisson");
    const model = fromXgboost(encode(given.json));
    expect([...model.scoreSync(rowsOf(given))]).toEqual(marginsOf(given.margins));
    expect(xgboostNotes(model)?.notes).toEqual(['scores are margins of "count:poisson"']);
    expect(readXgboost(toXgboost(model)).objective).toBe("reg:squarederror");
  });

  test("several classes: the probability of any but the first", () => {
    const given = caseOf("multi:softprob");
    const margins = marginsOf(given.margins);
    const scores = fromXgboost(encode(given.json)).scoreSync(rowsOf(given));
    for (let i = 0; i < given.rows; i++) {
      const exps = margins.slice(3 * i, 3 * i + 3).map(Math.exp);
      expect(scores[i]).toBeCloseTo(1 - (exps[0] as number) / exps.reduce((a, b) => a + b), 12);
    }
  });

  test("the best rounds only", () => {
    const given = caseOf("binary:logistic, early stopped");
    const model = fromXgboost(encode(given.json), { rounds: "best" });
    const scores = model.scoreSync(rowsOf(given));
    marginsOf(given.bestMargins ?? "").forEach((margin, i) => {
      expect(scores[i]).toBeCloseTo(logistic(margin), 12);
    });
    const all = fromXgboost(encode(given.json));
    expect(model.save().length).toBeLessThan(all.save().length);
    expect(fromXgboost(toXgboost(model), { rounds: "best" }).scoreSync(rowsOf(given))).toEqual(scores);
  });

  test("contributions are those of XGBoost, by the names of the columns", () => {
    const given = caseOf("binary:logistic");
    const model = fromXgboost(encode(given.json));
    const { cols } = given;
    const expected = marginsOf(given.contributions ?? "");
    const found = model.detector.contributionsSync(rowsOf(given));
    expect(found.columns).toEqual(["pressure", "flow", "current", "volt"]);
    found.data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[Math.floor(i / cols) * (cols + 1) + (i % cols)] as number, 5);
    });
  });

  test("several outputs of an unknown objective are refused", () => {
    const text = caseOf("multi:softprob").json.replace('"name":"multi:softprob"', '"name":"my:classes"');
    expect(() => fromXgboost(encode(text))).toThrow(expect.objectContaining({ code: "MODEL_UNSUPPORTED" }));
  });
});

describe("a model that was fitted here, for XGBoost", () => {
  const random = new Random(4);
  const x = matrix(
    Float64Array.from({ length: 1200 }, () => (random.below(20) === 0 ? Number.NaN : random.normal())),
    300,
    4,
    ["a", "b", "c", "d"],
  );
  const labels = Uint8Array.from({ length: 300 }, (_, i) => ((x.data[i * 4] as number) > 0.7 ? 1 : 0));

  test("the same trees, base margin and scores come back", () => {
    const model = pipeline({ detector: boostedTrees({ rounds: 12, maxDepth: 4 }) }).fitSync(x, { labels });
    for (const format of ["json", "ubj"] as const) {
      const bytes = toXgboost(model, { format });
      const { trees, objective, columns } = readXgboost(bytes);
      expect(objective).toBe("binary:logistic");
      expect(columns).toEqual(["a", "b", "c", "d"]);
      expect(trees.baseMargin).toEqual((model.detector.state as unknown as TreeEnsemble).baseMargin);
      expect(fromXgboost(bytes).scoreSync(x)).toEqual(model.scoreSync(x));
    }
  });

  test("what XGBoost cannot hold is an error that says so", () => {
    const forest = pipeline({ detector: isolationForest({ trees: 3 }) });
    const fitted = forest.fitSync(matrix(new Float64Array(20).map(Math.sin), 10, 2));
    expect(() => toXgboost(fitted)).toThrow(/no model of the detector isolation-forest/);
    const scaled = pipeline({ steps: [standardize()], detector: boostedTrees({ rounds: 2 }) });
    const complete = matrix(
      Float64Array.from(x.data, (value) => (Number.isNaN(value) ? 0 : value)),
      300,
      4,
    );
    expect(() => toXgboost(scaled.fitSync(complete, { labels }))).toThrow(/cannot do the steps of this model: scale/);
  });
});
