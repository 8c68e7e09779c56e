// Nine columns and a response: an autoencoder with two encoded variables beside a variational one, and which threshold to choose.
// `node examples/src/nine-columns/nine-columns.ts [data.csv] [out]`
import "@telltale/deep/register";
import "@telltale/native/register";
import { fileURLToPath } from "node:url";
import { type Evaluation, evaluate, parseThreshold, pipeline, rowRange, standardize } from "@telltale/core";
import { openSource } from "@telltale/data";
import { nineColumns, nineColumnsText } from "@telltale/datasets";
import { autoencoder, encode, vae } from "@telltale/deep";
import { costChart, latentChart, lossChart, scoreReport } from "@telltale/report";
import { OutFolder } from "../reading/out-folder.ts";
import { rowsWhere } from "../reading/series.ts";

/** Rules for a threshold; the last one looks at the labels that it is judged by, and is there to show what is possible. */
const RULES = ["quantile:0.98", "mad:3.5", "pot:1e-2", "conformal:0.02", "cost:10", "best-f1"];

export interface NineColumnsResult {
  /** Detector → rule → how good its decisions are. */
  readonly evaluations: Readonly<Record<string, Readonly<Record<string, Evaluation>>>>;
  readonly report: string;
}

export async function nineColumnsExample(
  file: string,
  out: OutFolder,
  options: { readonly epochs?: number } = {},
): Promise<NineColumnsResult> {
  const { epochs = 60 } = options;
  const source = await openSource([file]);
  const { value } = await source.matrices({ label: "response", rowsPerChunk: 1_000_000 }).next();
  await source.close();
  const { matrix: x, labels } = value;
  // The first half of the normal rows is learned from, the second half and the anomalies are for the threshold and the judgement.
  const half = Math.floor(x.rows / 2);
  const train = rowsWhere(rowRange(x, 0, half), (row) => labels[row] === 0);
  const [test, truth] = [rowRange(x, half, x.rows), labels.slice(half)];

  const evaluations: Record<string, Record<string, Evaluation>> = {};
  const parts = [];
  for (const detector of [
    autoencoder({ hidden: "64,2,64", epochs, seed: 7 }),
    vae({ hidden: "64", latent: 2, epochs, seed: 7 }),
  ]) {
    const { name } = detector.spec;
    const model = await pipeline({ steps: [standardize()], detector }).fit(train);
    const scores = await model.score(test);
    evaluations[name] = {};
    for (const rule of RULES) {
      const labelled = rule.startsWith("cost") || rule.startsWith("best");
      const threshold = parseThreshold(rule).fit(
        labelled ? scores : await model.score(train),
        labelled ? { labels: truth } : {},
      );
      evaluations[name][rule] = evaluate(truth, scores, threshold.apply(scores));
    }
    const scaled = standardize().fit(train).transform(test);
    const { losses, validationLosses, keptEpoch } = model.detector.state as Record<string, Float64Array> & {
      keptEpoch: number;
    };
    const threshold = parseThreshold("quantile:0.98").fit(await model.score(train));
    const page = scoreReport({
      title: name,
      scores,
      flags: threshold.apply(scores),
      labels: truth,
      threshold: threshold.threshold,
    });
    parts.push(
      { kind: "heading" as const, text: name },
      {
        kind: "chart" as const,
        chart: lossChart({
          training: losses ?? [],
          ...(validationLosses?.length ? { validation: validationLosses } : {}),
          kept: keptEpoch,
        }),
      },
      {
        kind: "chart" as const,
        chart: latentChart(await encode(model.detector, scaled), {
          labels: truth,
          title: `${name}: two encoded variables`,
        }),
      },
      { kind: "chart" as const, chart: costChart(truth, scores) },
      {
        kind: "table" as const,
        table: {
          title: `${name}: rules for the threshold`,
          columns: ["rule", "precision", "recall", "F1", "false alarm rate"],
          rows: Object.entries(evaluations[name]).map(([rule, { metrics }]) => [
            rule === "best-f1" ? "best-f1 (an oracle)" : rule,
            metrics.precision,
            metrics.recall,
            metrics.f1,
            metrics.falseAlarmRate,
          ]),
        },
      },
      ...page.parts,
    );
  }
  const report = out.report("nine-columns.html", {
    title: "Nine columns",
    summary: `${x.rows} rows, two encoded variables.`,
    parts,
  });
  return { evaluations, report };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [given, target = "nine-columns-out"] = process.argv.slice(2);
  const out = new OutFolder(target);
  const file = given ?? out.write("data.csv", [...nineColumnsText(nineColumns({ seed: 1 }))].join(""));
  const { evaluations, report } = await nineColumnsExample(file, out);
  for (const [name, byRule] of Object.entries(evaluations)) {
    for (const [rule, { metrics }] of Object.entries(byRule))
      console.log(`${name} ${rule}: F1 ${metrics.f1.toFixed(2)}`);
  }
  console.log(`see ${report}`);
}
