import { describeEnvironment } from "../record/environment.js";
import type { KernelReport, KernelResult, PeerReport, PeerResult, Report } from "../record/results.js";
import { duration, ratio, scaled } from "./numbers.js";
import { markdownTable } from "./table.js";

/** A report as Markdown: tables, and under them where and when they were measured. */
export function renderReport(report: Report): string {
  const body = report.format === "telltale-bench-kernels/1" ? renderKernels(report) : renderPeers(report);
  return `${body}\n\nMeasured on: ${describeEnvironment(report.environment, report.loadAfter)}\n`;
}

function renderKernels({ results, defects }: KernelReport): string {
  const rows = results.flatMap(kernelRows);
  const table = markdownTable(
    [
      { head: "kernel" },
      { head: "shape" },
      { head: "kernels" },
      { head: "threads", align: "right" },
      { head: "median", align: "right" },
      { head: "rate", align: "right" },
      { head: "× reference", align: "right" },
    ],
    rows,
  );
  return defects.length === 0 ? table : `${table}\n\n${defects.map((defect) => `- defect: ${defect}`).join("\n")}`;
}

function kernelRows({ kernel, variant, shape, unit, work, entries }: KernelResult): string[][] {
  const reference = entries.find((entry) => entry.kernels === "reference")?.seconds.median;
  return entries.map(({ isa, threads, seconds }) => [
    `${kernel}, ${variant}`,
    shape,
    isa,
    String(threads),
    duration(seconds.median),
    `${scaled(work / seconds.median)} ${unit}/s`,
    reference === undefined ? "" : ratio(reference / seconds.median),
  ]);
}

function renderPeers({ results, peers, notes }: PeerReport): string {
  const tables = results.map((result) => `**${result.name}**\n\n${peerTable(result)}`);
  const goals = results.flatMap((result) =>
    result.goals.map((goal) => [result.name, goal.what, goal.bound, goal.measured, goal.met ? "yes" : "NO"]),
  );
  const goalTable =
    goals.length === 0
      ? []
      : [
          markdownTable(
            [
              { head: "case" },
              { head: "goal" },
              { head: "bound", align: "right" },
              { head: "measured", align: "right" },
              { head: "met" },
            ],
            goals,
          ),
        ];
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  const leftOut = notes.length === 0 ? [] : [notes.map((note) => `- left out: ${note}`).join("\n")];
  const against = versions.length === 0 ? [] : [`Peers: ${versions.join(", ")}`];
  return [...tables, ...goalTable, ...leftOut, ...against].join("\n\n");
}

function peerTable({ entries, unit, work }: PeerResult): string {
  const [first] = entries;
  const best = first === undefined ? Number.NaN : first.seconds.median / (first.work ?? work);
  const withAuc = entries.some((entry) => entry.rocAuc !== undefined);
  const withMemory = entries.some((entry) => entry.peakMiB !== undefined);
  if (entries.some((entry) => entry.scoreSeconds !== undefined)) return fitAndScoreTable(entries);
  return markdownTable(
    [
      { head: "" },
      { head: "median", align: "right" },
      { head: "fastest – slowest", align: "right" },
      { head: "rate", align: "right" },
      { head: "time for as much ÷ first row's", align: "right" },
      ...(withAuc ? [{ head: "ROC-AUC", align: "right" as const }] : []),
      ...(withMemory ? [{ head: "processor time", align: "right" as const }] : []),
      ...(withMemory ? [{ head: "peak memory", align: "right" as const }] : []),
    ],
    entries.map(({ contestant, library, seconds, rocAuc, peakMiB, processorSeconds, work: own = work }) => [
      library === undefined ? contestant : `${contestant} (${library})`,
      duration(seconds.median),
      `${duration(seconds.fastest)} – ${duration(seconds.slowest)}`,
      `${scaled(own / seconds.median)} ${unit}/s`,
      ratio(seconds.median / own / best),
      ...(withAuc ? [rocAuc === undefined ? "" : rocAuc.toFixed(4)] : []),
      ...(withMemory ? [processorSeconds === undefined ? "" : duration(processorSeconds)] : []),
      ...(withMemory ? [peakMiB === undefined ? "" : `${Math.round(peakMiB)} MiB`] : []),
    ]),
  );
}

/** Fitting and scoring beside each other, with what the scores are worth. */
function fitAndScoreTable(entries: PeerResult["entries"]): string {
  const heads = ["fit, fastest", "score, fastest", "ROC-AUC", "precision@n", "memory grew"];
  return markdownTable(
    [{ head: "" }, ...heads.map((head) => ({ head, align: "right" as const }))],
    entries.map(({ contestant, seconds, scoreSeconds, rocAuc, precisionAtN, grownMiB }) => [
      contestant,
      duration(seconds.fastest),
      scoreSeconds === undefined ? "" : duration(scoreSeconds.fastest),
      rocAuc === undefined ? "" : rocAuc.toFixed(4),
      precisionAtN === undefined ? "" : precisionAtN.toFixed(4),
      grownMiB === undefined ? "" : `${grownMiB.toFixed(1)} MiB`,
    ]),
  );
}
