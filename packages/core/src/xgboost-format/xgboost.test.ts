import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { describe, expect, test } from "vitest";
import { referenceKernels } from "../kernels/reference/reference.js";
import { readXgboost, writeXgboost, type XgboostModelParts } from "./index.js";

/*
 * XGBoost itself, where Python has it: models that it trains score here as there, and models that are written here score
 * there as here. Python is that of TELLTALE_PYTHON, of the peers of the benchmarks, or the first on the path.
 */

const root = join(import.meta.dirname, "../../../..");
const script = join(root, "packages/core/golden/xgboost-check.py");

interface Answer {
  readonly error?: string;
  readonly json: string;
  readonly ubj: string;
  readonly x: string;
  readonly margins: string;
}

const pythons = [
  env.TELLTALE_PYTHON,
  env.PEERS_VENV && join(env.PEERS_VENV, "bin/python"),
  join(root, "bench/peers/.venv/bin/python"),
  "python3",
].filter((python) => python !== undefined && (python === "python3" || existsSync(python))) as string[];
const found = pythons.find((python) => spawnSync(python, ["-c", "import xgboost"], { timeout: 60_000 }).status === 0);
if (found === undefined) console.log("skipped, no Python with xgboost: pip install xgboost, or set TELLTALE_PYTHON");

function ask(requests: readonly object[]): Answer[] {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join("");
  const { stdout, stderr, status } = spawnSync(found as string, [script], {
    input,
    encoding: "utf8",
    timeout: 120_000,
    maxBuffer: 2 ** 28,
    env: { ...env, OMP_NUM_THREADS: "1" },
  });
  if (status !== 0) throw new Error(`XGBoost ended with ${status}: ${stderr.slice(-2000)}`);
  const answers = stdout.trim().split("\n").slice(1);
  return answers.map((line) => {
    const answer = JSON.parse(line) as Answer;
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  });
}

const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, "base64"));
const base64 = (bytes: ArrayBufferView) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
const floats = (text: string) => new Float32Array(bytesOf(text).buffer);
const doubles = (text: string) => new Float64Array(bytesOf(text).buffer);

function marginsOf({ trees, cols }: XgboostModelParts, x: Float64Array): number[] {
  const rows = x.length / cols;
  const margins = new Float32Array(rows * trees.outputs);
  const count = trees.treeOutput.length;
  referenceKernels.boostedTreesPredict({ model: trees, x, rows, cols, trees: count, threads: 1, margins });
  return [...margins];
}

describe.skipIf(found === undefined)("with XGBoost at hand", () => {
  const params = { max_depth: 5, nthread: 1, tree_method: "hist" };
  const logistic = { ...params, objective: "binary:logistic" };
  const requests = [
    { params: logistic, rounds: 12, seed: 1, categories: 0 },
    { params: { ...logistic, max_cat_to_onehot: 1 }, rounds: 8, seed: 2, categories: 45 },
    { params: { ...logistic, max_cat_to_onehot: 50 }, rounds: 8, seed: 2, categories: 9 },
    { params: { ...params, objective: "reg:squarederror", gamma: 0.5 }, rounds: 20, seed: 3, categories: 0 },
    { params: { ...params, objective: "multi:softprob", num_class: 4 }, rounds: 6, seed: 4, categories: 0 },
    { params: { ...logistic, booster: "dart", rate_drop: 0.4 }, rounds: 9, seed: 5, categories: 0 },
  ];

  test("its models score here, and written here they score there, to the last bit", { timeout: 180_000 }, () => {
    const trained = ask(requests.map((train) => ({ train })));
    const written = trained.map((answer) => {
      const model = readXgboost(bytesOf(answer.json));
      expect(readXgboost(bytesOf(answer.ubj))).toEqual(model);
      expect(marginsOf(model, doubles(answer.x))).toEqual([...floats(answer.margins)]);
      return model;
    });
    const loads = written.flatMap((model, i) =>
      (["json", "ubj"] as const).map((format) => ({
        load: {
          model: base64(writeXgboost(model, { format })),
          x: trained[i]?.x,
          cols: model.cols,
          types: model.columnTypes ?? null,
        },
      })),
    );
    const again = ask(loads);
    again.forEach((answer, i) => {
      expect(answer.margins).toBe(trained[i >> 1]?.margins);
    });
  });

  test("trees that XGBoost never saw, with a base margin of each output", { timeout: 180_000 }, () => {
    const stump = (outputs: number): XgboostModelParts => ({
      objective: outputs > 1 ? "multi:softprob" : "binary:logistic",
      cols: 3,
      columns: undefined,
      trees: {
        treeStart: Int32Array.of(0, 3, 6),
        treeOutput: Int32Array.of(0, outputs - 1),
        left: Int32Array.of(1, -1, -1, 1, -1, -1),
        right: Int32Array.of(2, -1, -1, 2, -1, -1),
        feature: Int32Array.of(2, 0, 0, 1, 0, 0),
        threshold: Float32Array.of(0.1, -1.5, 1e-40, 0, 3e20, 2),
        defaultLeft: Uint8Array.of(1, 0, 0, 0, 0, 0),
        categoryStart: Int32Array.of(-1, -1, -1, 0, -1, -1),
        categoryWords: Int32Array.of(0, 0, 0, 2, 0, 0),
        categoryBits: Uint32Array.of(0x8000_0001, 6),
        gain: Float32Array.of(2, 0, 0, 1, 0, 0),
        cover: Float32Array.of(10, 4, 6, 10, 3, 7),
        baseMargin: Float32Array.from({ length: outputs }, (_, k) => k - 0.25),
        outputs,
      },
    });
    const values = [-1, 0, 0.1, 0.10000001, 1, 31, 32, 33, 34, 70, Number.NaN];
    const x = Float64Array.from(values.flatMap((a) => values.flatMap((b) => [0, a, b])));
    const models = [1, 3].map(stump);
    const loads = models.flatMap((model) =>
      (["json", "ubj"] as const).map((format) => ({
        load: { model: base64(writeXgboost(model, { format })), x: base64(x), cols: 3, types: ["q", "c", "q"] },
      })),
    );
    const answers = ask(loads);
    answers.forEach((answer, i) => {
      const model = readXgboost(writeXgboost(models[i >> 1] as XgboostModelParts));
      expect([...floats(answer.margins)]).toEqual(marginsOf(model, x));
    });
  });
});
