import { basename } from "node:path";
import type { FittedPipeline } from "@telltale/core";
import { writeFileAtomic } from "@telltale/data";
import { describeDefault } from "../../options/flags.js";
import { lossHistoryOf } from "../../plotting/loss-history.js";
import { VERSION } from "../../version.js";
import { importanceOf } from "../importance.js";
import { count, duration, listed } from "../numbers.js";
import { thresholdText } from "../threshold-text.js";

/** What was just fitted. */
export interface FittedSubject {
  readonly model: FittedPipeline;
  readonly modelFile: string;
  readonly files: readonly string[];
  readonly kernels: string;
  readonly seconds: number;
  readonly warnings: readonly string[];
}

/** Writes the HTML page about a model that was fitted, whole or not at all. */
export async function writeTrainingPage(path: string, subject: FittedSubject): Promise<void> {
  // ECharts takes a tenth of a second to load: only who wants a page waits for it.
  const { trainingReport, toHtml } = await import("@telltale/report");
  const { model, modelFile, files, kernels, seconds, warnings } = subject;
  const { detector, steps } = model.describe();
  const names = files.map((file) => basename(file));
  const loss = lossHistoryOf(model);
  const importance = importanceOf(model);
  const { threshold, trainingScores: scores } = model;
  const report = trainingReport({
    title: `${detector.name} trained on ${listed(names, 4)}`,
    facts: [
      ["model file", basename(modelFile)],
      ["detector", `${detector.name}: ${detector.summary}`],
      ["parameters", inWords(detector.params)],
      ["preparation", steps.map((step) => `${step.name} (${inWords(step.params)})`).join(", ") || "none"],
      ["trained on", `${count(model.training.rows, "row")} of ${count(files.length, "file")}`],
      ["columns", listed(model.columns ?? [])],
      ["threshold", threshold === undefined ? "none" : thresholdText(threshold)],
      ["kernels", kernels],
      ["time", duration(seconds)],
    ],
    warnings,
    ...(scores === undefined ? {} : { scores }),
    ...(threshold === undefined || !Number.isFinite(threshold.threshold) ? {} : { threshold: threshold.threshold }),
    ...(loss === undefined ? {} : { loss }),
    ...(importance === null
      ? {}
      : {
          tables: [
            {
              title: "Importance of columns",
              columns: ["column", "gain", "splits"],
              rows: importance.map(({ column, totalGain, weight }) => [column, totalGain, weight]),
            },
          ],
        }),
    footer: `Made by Telltale ${VERSION}.`,
  });
  await writeFileAtomic(path, new TextEncoder().encode(toHtml(report)));
}

function inWords(params: Readonly<Record<string, unknown>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${describeDefault(value)}`)
    .join(", ");
}
