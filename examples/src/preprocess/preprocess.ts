// Raw files → prepared files → four detectors → saved models → four plots. `node examples/src/preprocess/preprocess.ts [out]`
import "@telltale/deep/register";
import "@telltale/native/register";
import { fileURLToPath } from "node:url";
import {
  type AnyDetector,
  type Evaluation,
  evaluate,
  isolationForest,
  load,
  matrix,
  oneClassSvm,
  pipeline,
  quantile,
  standardize,
} from "@telltale/core";
import { fillGaps, openSource, regularTime, type SeriesRows, seriesRows, type Table, tidyRows } from "@telltale/data";
import { pumpRig, pumpRigCsv } from "@telltale/datasets";
import { autoencoder, vae } from "@telltale/deep";
import { rocChart, scoreBoxPlot, scoreHistogram, scoreReport, scoresOverTime } from "@telltale/report";
import { OutFolder } from "../reading/out-folder.ts";

export interface PreprocessResult {
  /** Detector → how good it is on the faulty run. */
  readonly evaluations: Readonly<Record<string, Evaluation>>;
  readonly pictures: readonly string[];
  readonly report: string;
}

export async function preprocess(
  out: OutFolder,
  options: { readonly rows?: number; readonly epochs?: number } = {},
): Promise<PreprocessResult> {
  const { rows = 3000, epochs = 40 } = options;
  // data/raw: as a rig writes it, with lost readings.
  const raw = {
    healthy: out.write("raw-healthy.csv", pumpRigCsv(pumpRig({ seed: 1, rows, faults: [] }))),
    faulty: out.write("raw-faulty.csv", pumpRigCsv(pumpRig({ seed: 2, rows }))),
  };
  // data/processed: one row a second, short gaps filled.
  const [train, test] = [await prepared(raw.healthy), await prepared(raw.faulty)];
  const asMatrix = ({ values, names, rows: count }: SeriesRows) => matrix(values, count, names.length, names);
  const labels = test.labels ?? new Uint8Array(test.rows);

  const detectors: AnyDetector[] = [
    isolationForest({ trees: 200, seed: 7 }),
    oneClassSvm({ nu: 0.02 }),
    autoencoder({ hidden: "16,3,16", epochs, seed: 7 }),
    vae({ hidden: "16", latent: 3, epochs, seed: 7 }),
  ];
  const evaluations: Record<string, Evaluation> = {};
  let best: { name: string; scores: Float64Array; flags: Uint8Array; threshold: number } | undefined;
  for (const detector of detectors) {
    const { name } = detector.spec;
    const fitted = await pipeline({ steps: [standardize()], detector, threshold: quantile(0.995) }).fit(
      asMatrix(train),
    );
    out.write(`${name}.safetensors`, fitted.save());
    const model = load(fitted.save());
    const scores = await model.score(asMatrix(test));
    const flags = model.flag(scores);
    evaluations[name] = evaluate(labels, scores, flags);
    const f1 = evaluations[name].metrics.f1;
    if (best === undefined || f1 > (evaluations[best.name]?.metrics.f1 ?? 0)) {
      best = { name, scores, flags, threshold: fitted.threshold?.threshold ?? Number.NaN };
    }
  }
  if (best === undefined) throw new Error("no detector was fitted");

  // The four plots of the best one, each as a picture, and all of them on a page.
  const { name, scores, flags, threshold } = best;
  const times = test.time?.type === "timestamp" ? test.time.values : undefined;
  const along = { flags, labels, ...(times === undefined ? {} : { times }) };
  const pictures = [
    rocChart(labels, scores),
    scoreHistogram(scores, labels, threshold),
    scoresOverTime(scores, threshold, along),
    scoreBoxPlot(scores, labels, threshold),
  ].map((chart) => out.picture(chart));
  const page = scoreReport({ title: `Pump rig: ${name}`, scores, threshold, ...along });
  return { evaluations, pictures, report: out.report("preprocess.html", page) };
}

/** Reads a file, puts it in order on a grid of one second, and fills gaps of up to ten of them. */
async function prepared(file: string): Promise<SeriesRows> {
  const source = await openSource([file]);
  const chunks: Table[] = [];
  for await (const chunk of source.chunks()) chunks.push(chunk);
  const names = source.columns.filter((column) => !["datetime", "anomaly", "changepoint", "fault"].includes(column));
  await source.close();
  const { labelReader } = await import("@telltale/data");
  const read = seriesRows(chunks, { names, time: "datetime", label: "anomaly" }, labelReader());
  const regular = regularTime(tidyRows(read).series, 1000, "mean");
  return fillGaps(regular.series, "linear", 10).series;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { evaluations, report } = await preprocess(new OutFolder(process.argv[2] ?? "preprocess-out"));
  for (const [name, { metrics }] of Object.entries(evaluations)) {
    console.log(`${name}: ROC-AUC ${metrics.rocAuc?.toFixed(3)}, F1 ${metrics.f1.toFixed(2)}`);
  }
  console.log(`see ${report}`);
}
