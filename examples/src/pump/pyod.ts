// The same detectors on the same generated rows, here and in PyOD. `node examples/src/pump/pyod.ts [out]` writes the rows that
// `python3 examples/src/pump/pyod.py` reads; pyod.json holds what PyOD gave.
import "@telltale/native/register";
import { fileURLToPath } from "node:url";
import {
  type AnyDetector,
  averagePrecision,
  ecod,
  hbos,
  isolationForest,
  knn,
  lof,
  type Matrix,
  pipeline,
  rocAuc,
} from "@telltale/core";
import { generateData } from "@telltale/datasets";
import { OutFolder } from "../reading/out-folder.ts";
import measured from "./pyod.json" with { type: "json" };

export interface Side {
  readonly rocAuc: number;
  readonly averagePrecision: number;
}

/** Detector → both libraries on the test rows. */
export type BothSides = Readonly<Record<string, { readonly telltale: Side; readonly pyod: Side }>>;

/** With PyOD's defaults. */
const DETECTORS: readonly AnyDetector[] = [
  isolationForest({ seed: 42 }),
  knn({ k: 5 }),
  lof({ k: 20 }),
  hbos({ bins: 10 }),
  ecod(),
];

export async function besidePyod(out?: OutFolder): Promise<BothSides> {
  // An offset of 1 lets normal rows and outliers overlap, so that there is something to get wrong.
  const options = { nTrain: 1000, nTest: 500, nFeatures: 5, contamination: 0.1, offset: 1, randomState: 42 };
  const [train, test, , labels] = generateData(options);
  out?.write("train.csv", csv(train));
  out?.write("test.csv", csv(test, labels));
  const found: Record<string, { telltale: Side; pyod: Side }> = {};
  for (const detector of DETECTORS) {
    const { name } = detector.spec;
    const model = await pipeline({ detector }).fit(train);
    const scores = await model.score(test);
    found[name] = {
      telltale: { rocAuc: rocAuc(labels, scores), averagePrecision: averagePrecision(labels, scores) },
      pyod: measured.results[name as keyof typeof measured.results],
    };
  }
  return found;
}

function csv({ data, rows, cols }: Matrix, labels?: Uint8Array): string {
  const names = Array.from({ length: cols }, (_, j) => `x${j}`);
  const lines = Array.from({ length: rows }, (_, i) => {
    const values: (number | undefined)[] = [...data.subarray(i * cols, (i + 1) * cols)];
    return [...values, ...(labels === undefined ? [] : [labels[i]])].join(",");
  });
  return [[...names, ...(labels === undefined ? [] : ["label"])].join(","), ...lines, ""].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const both = await besidePyod(new OutFolder(process.argv[2] ?? "pyod-out"));
  for (const [name, { telltale, pyod }] of Object.entries(both)) {
    console.log(`${name}: ROC-AUC ${telltale.rocAuc.toFixed(4)}, PyOD ${pyod.rocAuc.toFixed(4)}`);
  }
}
