import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { TreeEnsemble } from "../kernels/boosted-trees/predict.js";
import { featureImportance, IMPORTANCE_KINDS, type ImportanceKind } from "../kernels/boosted-trees/tree-importance.js";
import { treeShapPaths } from "../kernels/boosted-trees/tree-shap.js";
import { referenceKernels } from "../kernels/reference/reference.js";
import { bestTrees, readXgboost, writeXgboost } from "./index.js";

interface GoldenCase {
  readonly name: string;
  readonly json: string;
  readonly ubj: string;
  readonly rows: number;
  readonly cols: number;
  readonly x: string;
  readonly margins: string;
  readonly contributions?: string;
  readonly importance: Readonly<Record<ImportanceKind, Readonly<Record<string, number>>>>;
  readonly bestRounds?: number;
  readonly bestMargins?: string;
}

interface Golden {
  readonly source: { readonly xgboost: string };
  readonly cases: readonly GoldenCase[];
  readonly refused: readonly { readonly name: string; readonly json: string }[];
}

const folder = new URL("golden/", import.meta.url);
const goldens = readdirSync(folder)
  .filter((name) => name.startsWith("xgboost-"))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Golden);

const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, "base64"));
const floats = (base64: string) => new Float32Array(bytesOf(base64).buffer);
const doubles = (base64: string) => new Float64Array(bytesOf(base64).buffer);

function margins(model: TreeEnsemble, { x, rows, cols }: GoldenCase, trees = model.treeOutput.length): Float32Array {
  const out = new Float32Array(rows * model.outputs);
  referenceKernels.boostedTreesPredict({ model, x: doubles(x), rows, cols, trees, threads: 1, margins: out });
  return out;
}

test("several versions are there", () => {
  expect(goldens.map(({ source }) => source.xgboost)).toEqual(["1.7.6", "2.1.4", "3.0.5", "3.1.3", "3.2.0"]);
});

describe.each(goldens.map((golden) => [golden.source.xgboost, golden] as const))("XGBoost %s", (_, golden) => {
  describe.each(golden.cases.map((each) => [each.name, each] as const))("%s", (name, given) => {
    const fromJson = readXgboost(new TextEncoder().encode(given.json));
    const fromUbj = readXgboost(bytesOf(given.ubj));

    test("margins to the last bit", () => {
      expect([...margins(fromJson.trees, given)]).toEqual([...floats(given.margins)]);
    });

    test("contributions", () => {
      if (given.contributions === undefined) return; // XGBoost has none for dart
      const expected = floats(given.contributions);
      const { rows, cols } = given;
      const { trees: model } = fromJson;
      const found = new Float64Array(rows * model.outputs * (cols + 1));
      expect(found.length).toBe(expected.length);
      const call = { model, paths: treeShapPaths(model), x: doubles(given.x), rows, cols, threads: 1 };
      referenceKernels.treeShap({ ...call, contributions: found });
      const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      found.forEach((value, i) => {
        expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(1e-6 * scale);
      });
      const sums = margins(model, given);
      sums.forEach((margin, i) => {
        const sum = found.subarray(i * (cols + 1), (i + 1) * (cols + 1)).reduce((a, b) => a + b);
        expect(Math.abs(sum - margin)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(margin)));
      });
    });

    test.each(IMPORTANCE_KINDS)("importance: %s", (kind) => {
      const found = featureImportance(fromJson.trees, given.cols, kind);
      found.forEach((value, j) => {
        const expected = given.importance[kind][fromJson.columns?.[j] ?? `f${j}`] ?? 0;
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-6 * expected);
      });
    });

    test("JSON and UBJSON are one model", () => {
      expect(fromUbj).toEqual(fromJson);
    });

    test("written and read again it is the same, in both formats", () => {
      for (const format of ["json", "ubj"] as const) {
        const bytes = writeXgboost(fromJson, { format });
        const again = readXgboost(bytes);
        expect(again.trees).toEqual(fromJson.trees);
        expect({ ...again, notes: [] }).toEqual({ ...fromJson, notes: [] });
        expect(writeXgboost(again, { format })).toEqual(bytes);
      }
    });

    test("children stand behind their parents and nothing is left over", () => {
      const { treeStart, left, right } = fromJson.trees;
      for (let t = 0; t + 1 < treeStart.length; t++) {
        const [from, to] = [treeStart[t] as number, treeStart[t + 1] as number];
        const reached = new Set([0]);
        for (let i = 0; i < to - from; i++) {
          const children = [left[from + i] as number, right[from + i] as number];
          for (const child of children) {
            if (child < 0) continue;
            expect(child).toBeGreaterThan(i);
            reached.add(child);
          }
        }
        expect(reached.size).toBe(to - from);
      }
    });

    if (given.bestMargins !== undefined) {
      test("the best rounds of early stopping", () => {
        const trees = bestTrees(fromJson);
        expect(trees).toBe(given.bestRounds);
        expect(trees).toBeLessThan(fromJson.trees.treeOutput.length);
        expect([...margins(fromJson.trees, given, trees)]).toEqual([...floats(given.bestMargins ?? "")]);
      });
    }

    test("names, kinds and notes", () => {
      expect(fromJson.objective).toBe(JSON.parse(given.json.replaceAll("NaN", "0")).learner.objective.name);
      if (name === "binary:logistic") expect(fromJson.columns).toEqual(["pressure", "flow", "current", "volt"]);
      if (name.startsWith("categories")) expect(fromJson.columnTypes).toEqual(["q", "c", "float"]);
      expect(fromJson.notes).toHaveLength(name.endsWith("dart") ? 1 : 0);
    });
  });

  test.each(golden.refused.map((each) => [each.name, each.json] as const))("%s is refused", (_name, json) => {
    expect(() => readXgboost(new TextEncoder().encode(json))).toThrow(
      expect.objectContaining({ code: "MODEL_UNSUPPORTED" }),
    );
  });
});
