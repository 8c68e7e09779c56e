// A water pump that breaks down: clean, look, PCA, VAR and an LSTM encoder–decoder, how long before the break they ring, and how
// often for nothing.
// `node examples/src/pump/pump.ts [sensor.csv] [out]`
import "@telltale/deep/register";
import "@telltale/native/register";
import { fileURLToPath } from "node:url";
import {
  type AnyDetector,
  type AnyStep,
  type Evaluation,
  evaluate,
  type FittedPipeline,
  type LeadTimes,
  leadTime,
  type Matrix,
  mad,
  matrix,
  pca,
  persistent,
  pipeline,
  principalComponents,
  rowRange,
  standardize,
  vectorAutoregression,
} from "@telltale/core";
import {
  type Column,
  columnOf,
  fillGaps,
  labelReader,
  openSource,
  regularTime,
  type SeriesRows,
  Survey,
  seriesRows,
  type Table,
  tidyRows,
} from "@telltale/data";
import { waterPump, waterPumpText } from "@telltale/datasets";
import { lstmSeq2seq } from "@telltale/deep";
import { explorationReport, explore, lossChart, pcaChart, type ReportPart, scoreReport } from "@telltale/report";
import { OutFolder } from "../reading/out-folder.ts";
import { rowsWhere } from "../reading/series.ts";

/** Minutes of a row after cleaning, and hours before a break in which an alarm counts as a warning. */
const STEP_MINUTES = 5;
const HORIZON_HOURS = 24;
/** Half an hour running beyond the limit; an alarm goes on for an hour, and none is raised for two hours after a start. */
const ALARMS = persistent(mad(10), { hits: 6, hold: 12, guard: 24 });
/** Part of the record that is learned from, the rows that are not NORMAL left out. */
const TRAIN_SHARE = 0.4;

export interface PumpResult {
  readonly dropped: readonly string[];
  readonly evaluations: Readonly<Record<string, Evaluation>>;
  readonly leads: Readonly<Record<string, LeadTimes>>;
  readonly report: string;
}

export async function pump(file: string, out: OutFolder, { epochs = 15 } = {}): Promise<PumpResult> {
  // 1. Clean: columns that are empty, constant or mere row numbers go; one row every five minutes; gaps are filled.
  const { chunks, names, dropped } = await readPump(file);
  const seen = explore({ rows: chunks[0]?.rows ?? 0, columns: chunks[0]?.columns ?? [] }, { time: "timestamp" });
  const read = seriesRows(
    chunks,
    { names, time: "timestamp", label: "machine_status" },
    labelReader({ normal: "NORMAL" }),
  );
  const broken = brokenTimes(chunks);
  const regular = regularTime(tidyRows(read).series, STEP_MINUTES * 60_000, "median").series;
  const { values, rows, labels = new Uint8Array(rows), time } = filled(regular);
  const kept = names.length;
  const x = matrix(values, rows, kept, names);
  const times = time?.type === "timestamp" ? time.values : new Float64Array(rows);

  // 2. Learn what is normal, from the beginning of the record.
  const split = Math.floor(TRAIN_SHARE * rows);
  const healthy = rowsWhere(rowRange(x, 0, split), (row) => labels[row] === 0);
  // The threshold is found on rows that were not learned from: on its own rows a model with many parameters is too sure.
  const half = Math.floor(healthy.rows * 0.6);
  const [train, calm] = [rowRange(healthy, 0, half), rowRange(healthy, half, healthy.rows)];
  const [later, truth] = [rowRange(x, split, rows), labels.slice(split)];
  const failures = Uint8Array.from({ length: rows - split }, (_, i) => {
    const from = times[split + i] as number;
    return Number(broken.some((at) => at >= from && at < from + STEP_MINUTES * 60_000));
  });

  // 3. Principal components; a forecast of every sensor from the rows before; an encoder and a decoder of an hour, which read
  //    components that all count alike: what goes wrong moves small ones, which the load leaves alone.
  const ways: readonly (readonly [AnyDetector, ...AnyStep[]])[] = [
    [pca()],
    [vectorAutoregression({ lags: 1 })],
    [lstmSeq2seq({ window: 12, units: 32, epochs, seed: 7 }), principalComponents({ components: 0.99, whiten: true })],
  ];
  const evaluations: Record<string, Evaluation> = {};
  const leads: Record<string, LeadTimes> = {};
  const parts: ReportPart[] = [];
  for (const [detector, ...steps] of ways) {
    const { name } = detector.spec;
    const fitted = await pipeline({ steps: [standardize(), ...steps], detector }).fit(train);
    const model: FittedPipeline = fitted.fitThreshold(ALARMS, await fitted.score(calm));
    out.write(`${name}.safetensors`, model.save());
    const { scores, flags } = await fromStartToStart(model, later, truth);
    evaluations[name] = evaluate(truth, scores, flags);
    leads[name] = leadTime(failures, flags, {
      horizon: HORIZON_HOURS * 3_600_000,
      times: times.subarray(split),
      ignore: truth,
    });
    const page = scoreReport({
      title: name,
      scores,
      flags,
      labels: truth,
      threshold: model.threshold?.threshold ?? 0,
      times: times.subarray(split),
    });
    parts.push(
      { kind: "heading", text: name },
      { kind: "text", text: inWords(leads[name]) },
      ...lossOf(model),
      ...page.parts,
    );
  }
  const report = out.report("pump.html", {
    title: "Water pump",
    summary: `${rows} rows of ${STEP_MINUTES} minutes, ${kept} sensors; left out: ${dropped.join(", ") || "none"}.`,
    parts: [
      { kind: "chart", chart: pcaChart(x, labels) },
      ...parts,
      { kind: "heading", text: "The record" },
      ...explorationReport(seen, { title: "The record" }).parts,
    ],
  });
  return { dropped, evaluations, leads, report };
}

/** Scores and flags of every row. A start begins another series, so that no window looks back at a standstill. */
async function fromStartToStart(model: FittedPipeline, x: Matrix, stands: Uint8Array) {
  const starts = Array.from({ length: x.rows }, (_, i) => i).filter(
    (i) => i === 0 || (stands[i] === 0 && stands[i - 1] === 1),
  );
  const scores = await model.score(starts.map((from, k) => rowRange(x, from, starts[k + 1] ?? x.rows)));
  return { scores, flags: model.flag(scores, { starts }) };
}

async function readPump(file: string): Promise<{ chunks: Table[]; names: string[]; dropped: string[] }> {
  const source = await openSource([file]);
  const chunks: Table[] = [];
  const survey = new Survey();
  for await (const chunk of source.chunks({ rowsPerChunk: 1_000_000 })) {
    survey.add(chunk);
    chunks.push(chunk);
  }
  await source.close();
  const facts = survey.facts().filter(({ name }) => name !== "timestamp" && name !== "machine_status");
  // Sensors that are silent for more than a fifth of the record cannot be filled in honestly.
  const useful = facts.filter(({ unusable, present }) => unusable === undefined && present > 0.8 * survey.rows);
  const names = useful.map(({ name }) => name);
  return { chunks, names, dropped: facts.map(({ name }) => name).filter((name) => !names.includes(name)) };
}

/** Straight lines across gaps, and the last value at the end; what is missing at the beginning becomes the first value. */
function filled(series: SeriesRows): SeriesRows {
  const lines = fillGaps(fillGaps(series, "linear").series, "previous").series;
  const cols = lines.names.length;
  for (let i = lines.rows - 2; i >= 0; i--) {
    for (let j = 0; j < cols; j++) {
      const at = i * cols + j;
      if (Number.isNaN(lines.values[at])) lines.values[at] = lines.values[at + cols] as number;
    }
  }
  return lines;
}

/** When the pump broke. */
function brokenTimes(chunks: readonly Table[]): number[] {
  return chunks.flatMap((chunk) => {
    const [status, time] = [columnOf(chunk, "machine_status"), columnOf(chunk, "timestamp")] as [Column, Column];
    return [...status.values].flatMap((name, i) => (name === "BROKEN" ? [time.values[i] as number] : []));
  });
}

/** The loss by epoch, of a detector that has one. */
function lossOf({ detector }: FittedPipeline): ReportPart[] {
  const { losses, validationLosses } = detector.state as Record<string, unknown>;
  if (!(losses instanceof Float64Array)) return [];
  const validation =
    validationLosses instanceof Float64Array && validationLosses.length > 0 ? { validation: validationLosses } : {};
  return [{ kind: "chart", chart: lossChart({ training: losses, ...validation }) }];
}

function inWords({ failures, warned, mean, falseAlarmRate, falseAlarms }: LeadTimes): string {
  const hours = mean === null ? "" : `, on average ${(mean / 3_600_000).toFixed(1)} hours before`;
  return `${warned} of ${failures} breakdowns were announced${hours}; ${falseAlarms} false alarms, ${(100 * falseAlarmRate).toFixed(1)} % of the other rows.`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [given, target = "pump-out"] = process.argv.slice(2);
  const out = new OutFolder(target);
  const simulated = () => out.write("sensor.csv", [...waterPumpText(waterPump({ seed: 1 }))].join(""));
  const { evaluations, leads, report } = await pump(given ?? simulated(), out);
  for (const [name, { report: classes }] of Object.entries(evaluations)) {
    const { precision, recall, f1, support } = classes["1"];
    console.log(
      `${name}: precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}, F1 ${f1.toFixed(2)}, support ${support}`,
    );
    console.log(`${name}: ${inWords(leads[name] as LeadTimes)}`);
  }
  console.log(`see ${report}`);
}
