import { basename } from "node:path";
import type { Evaluation, FittedPipeline, FittedThreshold, Matrix } from "@telltale/core";
import { writeFileAtomic } from "@telltale/data";
import { joined, joinedBytes } from "../../evaluation/joined.js";
import type { JudgedFile } from "../../evaluation/judge.js";
import { VERSION } from "../../version.js";
import { listed } from "../numbers.js";
import { thresholdText } from "../threshold-text.js";

/** What a page is about. */
export interface PageSubject {
  readonly model: FittedPipeline;
  readonly modelFile: string;
  readonly threshold: FittedThreshold;
  readonly evaluation: Evaluation;
  readonly files: readonly JudgedFile[];
  /** Times count seconds since 1970-01-01 UTC. */
  readonly timed: boolean;
  readonly sensors: Matrix | undefined;
  readonly contributions: Matrix | undefined;
}

/** Writes the HTML page about scored and judged files, whole or not at all. */
export async function writeScorePage(path: string, subject: PageSubject): Promise<void> {
  // ECharts takes a tenth of a second to load: only who wants a page waits for it.
  const { scoreReport, toHtml } = await import("@telltale/report");
  const { model, modelFile, threshold, evaluation, files, sensors, contributions, timed } = subject;
  const [only] = files;
  // Times of several files may overlap; one after the other they are counted by rows.
  const times = timed && files.length === 1 ? only?.times?.map((seconds) => seconds * 1000) : undefined;
  const { rows, series } = model.training;
  const names = files.map(({ file }) => basename(file));
  const report = scoreReport({
    title: `${model.detector.spec.name} on ${listed(names)}`,
    scores: joined(files.map(({ scores }) => scores)),
    flags: joinedBytes(files.map(({ flags }) => flags)),
    labels: joinedBytes(files.map(({ labels }) => labels)),
    threshold: threshold.threshold,
    evaluation,
    ...(times === undefined ? {} : { times }),
    ...(sensors === undefined ? {} : { sensors }),
    ...(contributions === undefined ? {} : { contributions }),
    facts: [
      ["model file", basename(modelFile)],
      ["detector", model.detector.spec.name],
      ["threshold", thresholdText(threshold)],
      ["trained on", `${rows} rows of ${series} ${series === 1 ? "file" : "files"}`],
      ["columns", listed(model.columns ?? [])],
    ],
    footer: `Made by Telltale ${VERSION}.`,
  });
  await writeFileAtomic(path, new TextEncoder().encode(toHtml(report)));
}
