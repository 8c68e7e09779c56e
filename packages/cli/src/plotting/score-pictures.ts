import { confusion, selectColumns } from "@telltale/core";
import {
  anomaliesChart,
  type Chart,
  confusionChart,
  contributionsChart,
  costChart,
  precisionRecallChart,
  rocChart,
  scoreBoxPlot,
  scoreHistogram,
  scoresOverTime,
} from "@telltale/report";
import { UsageError } from "../failure.js";
import { PLOT_KINDS } from "./kinds.js";
import type { ScoredTable } from "./scored-table.js";

/** Draws scored rows. */
export function scorePicture(kind: string, table: ScoredTable, columns: readonly string[] | undefined): Chart {
  const { scores, flags, times, threshold, sensors, contributions } = table;
  const labels = labelsFor(kind, table);
  const along = {
    ...(times === undefined ? {} : { times }),
    ...(flags === undefined ? {} : { flags }),
    ...(labels === undefined ? {} : { labels }),
  };
  switch (kind) {
    case "over-time":
      return scoresOverTime(scores, threshold, along);
    case "anomalies":
      return anomaliesChart(sensors === undefined ? undefined : chosen(sensors, columns), scores, threshold, along);
    case "histogram":
      return scoreHistogram(scores, labels, threshold);
    case "box":
      return scoreBoxPlot(scores, labels, threshold);
    case "roc":
      return rocChart(labels as Uint8Array, scores);
    case "pr":
      return precisionRecallChart(labels as Uint8Array, scores);
    case "cost":
      return costChart(labels as Uint8Array, scores);
    case "confusion":
      return confusionChart(confusion(labels as Uint8Array, flagsFor(kind, flags)));
    default:
      if (contributions === undefined) {
        throw new UsageError("USAGE", "contributions are those of a model", { remedy: "Name it with --model" });
      }
      return contributionsChart(contributions, flagsFor(kind, flags), scores, times);
  }
}

function labelsFor(kind: string, { labels }: ScoredTable): Uint8Array | undefined {
  const needed = PLOT_KINDS.find(({ name }) => name === kind)?.labelled === true;
  if (!needed || labels !== undefined) return labels;
  throw new UsageError("USAGE", `a picture of ${kind} needs labels`, { remedy: "Name their column with --label" });
}

function flagsFor(kind: string, flags: Uint8Array | undefined): Uint8Array {
  if (flags !== undefined) return flags;
  throw new UsageError("USAGE", `a picture of ${kind} needs to know which rows are flagged`, {
    remedy: "Give --model, a column named anomaly, or --threshold fixed:<score>",
  });
}

function chosen(sensors: NonNullable<ScoredTable["sensors"]>, columns: readonly string[] | undefined) {
  if (columns === undefined) return sensors;
  const places = columns.map((name) => {
    const at = sensors.columns?.indexOf(name) ?? -1;
    if (at >= 0) return at;
    throw new UsageError("USAGE", `--columns: the model has no column "${name}"`, {
      remedy: `It has ${sensors.columns?.slice(0, 12).join(", ")}`,
    });
  });
  return selectColumns(sensors, places);
}
