import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Matrix, stackRows } from "@telltale/core";
import { openSource } from "@telltale/data";
import { describe, expect, it } from "vitest";
import { compareDetectors, subjectsFrom } from "./index.js";

// Beside the repository; the file is of ADBench and not committed.
const FILE = fileURLToPath(new URL("../../../../../shared/datasets/adbench/45_wine.npz", import.meta.url));
const there = existsSync(FILE);
if (!there) console.log(`skipped: a comparison on real rows, since ${FILE} is not there`);

/** All rows and labels of a file. */
async function readSet(file: string) {
  const source = await openSource([file]);
  try {
    const parts: Matrix[] = [];
    const labels: number[] = [];
    for await (const { matrix, labels: own } of source.matrices({ label: "y" })) {
      parts.push(matrix);
      labels.push(...(own as Uint8Array));
    }
    return { name: "wine", x: stackRows(parts), labels: Uint8Array.from(labels) };
  } finally {
    await source.close();
  }
}

describe.skipIf(!there)("a comparison on a set of ADBench", () => {
  it("gives the figures of every other machine, bit for bit", async () => {
    const set = await readSet(FILE);
    const subjects = subjectsFrom(["knn:k=10", "ecod"]);
    const found = await compareDetectors([set], subjects, { splitting: { kind: "stratified", folds: 2 } });
    expect(found.sets[0]).toMatchObject({ rows: 129, cols: 13, anomalies: 10 });
    const scores = found.runs.flatMap((run) =>
      run.status === "done" ? [[run.split, run.detector, run.scores.slice(0, 12), run.figures.averagePrecision]] : [],
    );
    expect(scores).toEqual([
      ["fold 1", "random", "39d1479ff36d", 0.10097147950089128],
      ["fold 1", "constant", "20aa497d9bd4", 0.07692307692307693],
      ["fold 1", "knn:k=10", "c01453a3aa2e", 0.5396428571428571],
      ["fold 1", "ecod", "e9ba3bb421fe", 0.27129902897775066],
      ["fold 2", "random", "413c8f54f6d1", 0.06548504132835929],
      ["fold 2", "constant", "076a27c79e5a", 0.078125],
      ["fold 2", "knn:k=10", "82fba61d4139", 0.34500000000000003],
      ["fold 2", "ecod", "8570e31d541c", 0.21351981351981353],
    ]);
  });
});
