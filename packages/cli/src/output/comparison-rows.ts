import type { Comparison, Figures, RunRow } from "@telltale/compare";
import { type OutputColumn, openSink } from "@telltale/data";

/** The figures in the order in which they are written. */
const FIGURES: readonly (keyof Figures)[] = [
  "rocAuc",
  "averagePrecision",
  "f1",
  "precision",
  "recall",
  "falseAlarmRate",
  "precisionAtN",
  "vusPr",
  "eventF1",
  "oracleF1",
];

/** Writes a row for each detector: mean and deviation of every figure, ranks and costs. */
export async function writeDetectors(path: string, { detectors }: Comparison): Promise<void> {
  const text = (name: string, value: (d: (typeof detectors)[number]) => string): OutputColumn => ({
    ...{ name, type: "string", values: detectors.map(value) },
  });
  const numbers = (
    name: string,
    value: (d: (typeof detectors)[number]) => number | null | undefined,
  ): OutputColumn => ({
    ...{ name, type: "float64", values: Float64Array.from(detectors, (d) => value(d) ?? Number.NaN) },
  });
  await write(path, [
    text("detector", ({ detector }) => detector),
    text("kind", ({ supervised, control }) => (control ? "control" : supervised ? "supervised" : "unsupervised")),
    text("steps", ({ steps }) => steps.join(" ")),
    text("threshold", ({ threshold }) => threshold),
    ...FIGURES.flatMap((key) => [
      numbers(key, ({ figures }) => figures[key].mean),
      numbers(`${key}Deviation`, ({ figures }) => figures[key].deviation),
    ]),
    numbers("meanRank", ({ meanRank }) => meanRank),
    numbers("runs", ({ runs }) => runs),
    numbers("failures", ({ failures }) => failures),
    numbers("fitSeconds", ({ cost }) => cost?.fitSeconds),
    numbers("scoreSeconds", ({ cost }) => cost?.scoreSeconds),
    numbers("rowsPerSecond", ({ cost }) => cost?.rowsPerSecond),
    numbers("memoryBytes", ({ cost }) => cost?.memoryBytes),
  ]);
}

/** Writes a row for each detector on each split, failures among them. */
export async function writeRuns(path: string, { runs }: Comparison): Promise<void> {
  const text = (name: string, value: (run: RunRow) => string): OutputColumn => ({
    ...{ name, type: "string", values: runs.map(value) },
  });
  const numbers = (name: string, value: (run: RunRow) => number | null): OutputColumn => ({
    ...{ name, type: "float64", values: Float64Array.from(runs, (run) => value(run) ?? Number.NaN) },
  });
  await write(path, [
    text("set", ({ set }) => set),
    text("split", ({ split }) => split),
    text("detector", ({ detector }) => detector),
    text("status", ({ status }) => status),
    ...FIGURES.map((key) => numbers(key, (run) => (run.status === "done" ? run.figures[key] : null))),
    numbers("decisionThreshold", (run) => (run.status === "done" ? run.threshold : null)),
    numbers("rows", (run) => (run.status === "done" ? run.rows : null)),
    numbers("fitSeconds", (run) => (run.status === "done" ? run.cost.fitSeconds : null)),
    numbers("scoreSeconds", (run) => (run.status === "done" ? run.cost.scoreSeconds : null)),
    numbers("memoryBytes", (run) => (run.status === "done" ? run.cost.memoryBytes : null)),
    text("error", (run) => (run.status === "done" ? "" : run.code)),
    text("message", (run) => (run.status === "done" ? "" : run.message)),
  ]);
}

async function write(path: string, columns: readonly OutputColumn[]): Promise<void> {
  const sink = await openSink(path);
  try {
    await sink.write(columns);
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}
