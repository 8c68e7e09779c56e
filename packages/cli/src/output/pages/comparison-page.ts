import type { Comparison } from "@telltale/compare";
import { writeFileAtomic } from "@telltale/data";
import type { ComparedDataset, Comparison as ComparedPage } from "@telltale/report";
import { FIGURE_NAMES, rankWords, shownFigures } from "../comparison-text.js";

/** Writes a comparison as an HTML page, whole or not at all. */
export async function writeComparisonPage(path: string, comparison: Comparison): Promise<void> {
  // ECharts takes a tenth of a second to load: only who wants a page waits for it.
  const { comparisonReport, toHtml } = await import("@telltale/report");
  const bytes = new TextEncoder().encode(toHtml(comparisonReport(comparedPage(comparison))));
  await writeFileAtomic(path, bytes);
}

/** A comparison as the page wants it: plain values, the measure of the ranks first. */
function comparedPage(comparison: Comparison): ComparedPage {
  const { sets, detectors, ranks, runs, settings, provenance, notes } = comparison;
  const shown = shownFigures(detectors);
  const keys = [ranks.figure, ...shown.filter((key) => key !== ranks.figure)];
  const rows = sets.reduce((sum, set) => sum + set.rows, 0);
  const { machine, versions } = provenance;
  return {
    title: `${detectors.length} detectors on ${sets.map(({ name }) => name).join(", ")}`,
    summary: `${rows} rows, ${sets.reduce((sum, set) => sum + set.anomalies, 0)} anomalies; ranks by ${rankWords(ranks.figure)} over ${ranks.count} ${ranks.over}.`,
    metrics: keys.map((key) => ({
      ...{ key, name: FIGURE_NAMES[key].replace("*", "") },
      ...(key === "oracleF1" ? { oracle: true } : {}),
    })),
    detectors: detectors.map(({ detector, figures, meanRank, cost, supervised, control, failures, runs: of }) => {
      const first = runs.find((run) => run.detector === detector && run.status !== "done");
      const why = first === undefined || first.status === "done" ? undefined : first.message;
      return {
        name: detector,
        metrics: Object.fromEntries(keys.map((key) => [key, figures[key].mean])),
        deviations: Object.fromEntries(keys.map((key) => [key, figures[key].deviation])),
        ...{ supervised, control },
        ...(meanRank === null ? {} : { meanRank }),
        ...(why === undefined ? {} : { failure: failures === of ? why : `${failures} of ${of} runs: ${why}` }),
        ...(cost === null
          ? {}
          : {
              fitSeconds: cost.fitSeconds,
              scoreSeconds: cost.scoreSeconds,
              rowsPerSecond: cost.rowsPerSecond,
              memory: cost.memoryBytes,
            }),
      };
    }),
    ...(ranks.criticalDifference === null ? {} : { criticalDifference: ranks.criticalDifference }),
    groups: ranks.groups,
    datasets: unitsOf(comparison),
    facts: [
      ...sets
        .slice(0, 50)
        .map((set) => [set.name, `${set.rows} rows, ${set.anomalies} anomalies, SHA-256 ${set.sha256}`] as const),
      [
        "splits",
        Object.entries(settings.splitting)
          .map(([key, value]) => `${key} ${value}`)
          .join(", "),
      ],
      ["training rows", settings.trainOn],
      ["scaling", settings.scale],
      ["command", provenance.command ?? ""],
      ["machine", `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}`],
      ["versions", `Telltale ${versions.telltale}, Node ${versions.node}, kernels ${versions.kernels}`],
      ["date", provenance.date],
    ],
    warnings: notes,
    footer: `Made by Telltale ${versions.telltale}.`,
  };
}

/** What each set, or each split of the only one, gave in the figure of the ranks. */
function unitsOf({ sets, runs, ranks }: Comparison): ComparedDataset[] {
  const unit = (run: (typeof runs)[number]) => (sets.length > 1 ? run.set : run.split);
  return [...new Set(runs.map(unit))].map((name) => {
    const values = new Map<string, (number | null)[]>();
    for (const run of runs) {
      if (unit(run) !== name) continue;
      const own = values.get(run.detector) ?? [];
      own.push(run.status === "done" ? run.figures[ranks.figure] : null);
      values.set(run.detector, own);
    }
    return { name, values: Object.fromEntries([...values].map(([detector, own]) => [detector, meanOf(own)])) };
  });
}

function meanOf(values: readonly (number | null)[]): number | null {
  const there = values.filter((value) => value !== null);
  return there.length < values.length || there.length === 0 ? null : there.reduce((a, b) => a + b, 0) / there.length;
}
