import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { matrix, Random } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { autoencoder } from "./detectors/autoencoder/autoencoder.js";

const root = join(import.meta.dirname, "..");
/** A Python with Keras and safetensors: that of the peers, where it was made. */
const python = [join(root, "..", "..", "bench", "peers", ".venv-keras", "bin", "python"), "python3"].find(
  (each) =>
    spawnSync(each, ["-c", "import numpy, safetensors; from importlib.util import find_spec as f; assert f('keras')"])
      .status === 0,
);
if (python === undefined) console.log("skipped: no Python with Keras and safetensors reads the model of the README");

describe("the README", () => {
  it.skipIf(python === undefined)(
    "shows how Keras reads the weights, and gets the same scores",
    { timeout: 90_000 },
    () => {
      const snippet = /^```python\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1] as string;
      const random = new Random(1);
      const x = matrix(
        Float64Array.from({ length: 90 }, () => random.normal()),
        30,
        3,
      );
      const model = autoencoder({ hidden: "7,2,5", activation: "leaky-relu", output: "tanh", epochs: 3 }).fitSync(x);
      const folder = mkdtempSync(join(tmpdir(), "telltale-keras-"));
      try {
        writeFileSync(join(folder, "m.safetensors"), model.save());
        const rows = JSON.stringify(Array.from({ length: 30 }, (_, i) => [...x.data.subarray(3 * i, 3 * i + 3)]));
        const code = `${snippet}\nprint(json.dumps(scores(read_autoencoder("m.safetensors"), ${rows}).tolist()))\n`;
        const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3", CUDA_VISIBLE_DEVICES: "" };
        const { stdout, stderr } = spawnSync(python as string, ["-c", code], { cwd: folder, encoding: "utf8", env });
        expect(stdout, stderr).not.toBe("");
        const expected = model.scoreSync(x);
        (JSON.parse(stdout) as number[]).forEach((score, i) => {
          expect(score).toBeCloseTo(expected[i] as number, 4);
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
