// Unusual load of a transformer: k-means over windows of two loads, flagged by a quantile.
// `node examples/src/transformer/transformer.ts [ETTh2.csv] [out]`
import "@telltale/native/register";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type Evaluation,
  episodesOf,
  evaluate,
  kmeansAd,
  type Matrix,
  pipeline,
  quantile,
  rowRange,
  selectColumns,
  standardize,
} from "@telltale/core";
import { injectAnomalies, transformerLoad, transformerLoadText } from "@telltale/datasets";
import { explorationReport, explore, scoreReport } from "@telltale/report";
import { OutFolder } from "../reading/out-folder.ts";
import { readSeries } from "../reading/series.ts";

/** The middle useful load and the low useless load. */
const LOADS = ["MUFL", "LULL"];
/** A day of hours, and the part of the record that is learned from. */
const WINDOW = 24;
const TRAIN_SHARE = 0.6;

export interface TransformerResult {
  /** Quantile → share of the later rows that is flagged, and how many episodes they are. */
  readonly alerts: Readonly<Record<number, { readonly share: number; readonly episodes: number }>>;
  /** How well anomalies are found that were put into the later rows: the record itself has no labels. */
  readonly injected: Evaluation;
  readonly report: string;
}

export async function transformer(file: string, out: OutFolder): Promise<TransformerResult> {
  const [series] = await readSeries([file], { time: "date" });
  if (series === undefined) throw new Error(`${file} has no rows`);
  const loads = selectColumns(
    series.x,
    LOADS.map((name) => series.x.columns?.indexOf(name) ?? 0),
  );
  const split = Math.floor(TRAIN_SHARE * loads.rows);
  const [train, later] = [rowRange(loads, 0, split), rowRange(loads, split, loads.rows)];

  // Does the later part look like the earlier one? The page says so, column by column.
  const columns = LOADS.map((name, j) => ({ name, type: "float64" as const, values: column(loads, j) }));
  const seen = explore(
    { rows: loads.rows, columns: [{ name: "date", type: "timestamp", values: series.times }, ...columns] },
    { time: "date", split },
  );

  const model = await pipeline({
    steps: [standardize()],
    detector: kmeansAd({ window: WINDOW, base: "kmeans:k=8,seed=7" }),
    threshold: quantile(0.99),
  }).fit(train);

  // Without labels: how often would it ring, at which quantile?
  const scores = await model.score(later);
  const alerts: Record<number, { share: number; episodes: number }> = {};
  for (const q of [0.95, 0.99, 0.995, 0.999]) {
    const flags = model.fitThreshold(quantile(q)).flag(scores);
    alerts[q] = {
      share: flags.reduce((sum, flag) => sum + flag, 0) / flags.length,
      episodes: episodesOf(flags).length,
    };
  }

  // With labels: anomalies of known kinds, put into the later rows.
  const changed = injectAnomalies(later, {
    kinds: ["spike", "level-shift", "flat-line", "noise", "missing-cycle"],
    count: 10,
    period: WINDOW,
    seed: 3,
  });
  const found = await model.score(changed.matrix);
  const injected = evaluate(changed.anomaly, found, model.flag(found));

  const page = scoreReport({
    title: "Unusual load of a transformer",
    scores,
    flags: model.flag(scores),
    threshold: model.threshold?.threshold ?? Number.NaN,
    times: series.times.subarray(split),
    sensors: later,
  });
  const report = out.report("transformer.html", {
    ...page,
    parts: [
      ...page.parts,
      {
        kind: "table",
        table: {
          title: "How often it would ring",
          columns: ["quantile", "share of rows", "episodes"],
          rows: Object.entries(alerts).map(([q, { share, episodes }]) => [q, share, episodes]),
        },
      },
      { kind: "text", text: `Anomalies put into the later rows: ROC-AUC ${injected.metrics.rocAuc?.toFixed(3)}.` },
      { kind: "heading", text: "The record" },
      ...explorationReport(seen, { title: "The record" }).parts,
    ],
  });
  return { alerts, injected, report };
}

function column({ data, rows, cols }: Matrix, j: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * cols + j] as number);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [given, target = "transformer-out"] = process.argv.slice(2);
  const real = fileURLToPath(new URL("../../../../shared/datasets/etdataset/ETTh2.csv", import.meta.url));
  const out = new OutFolder(target);
  const simulated = () =>
    out.write("load.csv", [...transformerLoadText(transformerLoad({ seed: 1, rows: 8000 }))].join(""));
  const { alerts, injected, report } = await transformer(given ?? (existsSync(real) ? real : simulated()), out);
  for (const [q, { share, episodes }] of Object.entries(alerts)) {
    console.log(`quantile ${q}: ${(100 * share).toFixed(2)} % of the rows, ${episodes} episodes`);
  }
  console.log(`anomalies put in: ROC-AUC ${injected.metrics.rocAuc?.toFixed(3)}; see ${report}`);
}
