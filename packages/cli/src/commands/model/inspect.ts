import { type FittedPipeline, xgboostNotes } from "@telltale/core";
import { readModel } from "../../input/model-file.js";
import { readNotes } from "../../input/model-notes.js";
import { chooseKernels } from "../../kernels.js";
import { learnsOn } from "../../networks.js";
import { describeDefault } from "../../options/flags.js";
import { importanceOf } from "../../output/importance.js";
import { bytes, count, listed, number } from "../../output/numbers.js";
import { printable } from "../../output/printable.js";
import { textTable } from "../../output/text-table.js";
import { thresholdFacts, thresholdText } from "../../output/threshold-text.js";
import type { Session } from "../../session.js";

/** Prints what a model is, what it was trained on, and what it needs. */
export async function inspect(path: string, session: Session): Promise<void> {
  const { model, bytes: size } = await readModel(path);
  const facts = model.describe();
  const { time, label, normal, dropped, files } = readNotes(model);
  const xgboost = xgboostNotes(model);
  const runs = await runsOn(model, session);
  if (session.json) {
    const { notes: _, ...rest } = facts;
    session.printJson({
      file: path,
      bytes: size,
      ...rest,
      threshold: thresholdFacts(model.threshold),
      time: time ?? null,
      label: label ?? null,
      normal,
      dropped,
      files,
      importance: importanceOf(model),
      xgboost: xgboost ?? null,
      ...(runs === undefined ? {} : { runsOn: runs }),
    });
    return;
  }
  const { detector, training } = facts;
  const steps = facts.steps.map((step) => `${step.name} (${inWords(step.params)})`);
  const quantiles = training.scoreQuantiles?.filter(([q]) => [0, 0.5, 0.95, 1].includes(q)) ?? [];
  const lines = [
    ["file", `${path}, ${bytes(size)}, written by telltale ${facts.libraryVersion}`],
    ["detector", `${detector.name}: ${detector.summary}`],
    ["parameters", inWords(detector.params)],
    ...detector.remarks.map((remark) => ["remark", remark]),
    ["preparation", steps.join(", ") || "none"],
    ["threshold", model.threshold === undefined ? "none" : thresholdText(model.threshold)],
    ...importanceLines(model),
    ...(xgboost?.notes ?? []).map((note) => ["remark", note]),
    [
      "trained on",
      xgboost !== undefined
        ? `by XGBoost, objective ${xgboost.objective}`
        : `${count(training.rows, "row")} in ${count(training.series, "series", "series")}${files.length > 0 ? `: ${listed(files)}` : ""}`,
    ],
    ...(training.synthetic === undefined
      ? []
      : [["synthetic", `${count(training.synthetic, "row")} of the smaller class beside them`]]),
    ...(quantiles.length === 0
      ? []
      : [["training scores", quantiles.map(([q, value]) => `${QUANTILE_NAMES[q] ?? q} ${number(value)}`).join(", ")]]),
    ["needs", `${count(facts.cols, "column")}${facts.columns === null ? "" : ` by name: ${facts.columns.join(", ")}`}`],
    ["values", detector.input === "series" ? "consecutive rows of a series" : "rows of a table"],
    ...(runs === undefined ? [] : [["runs on", `scores: ${runs.scores}; learning: ${runs.learning}`]]),
    ...(time === undefined ? [] : [["time column", `${time}, carried into the scores where it is there`]]),
    ...(label === undefined ? [] : [["label column", label]]),
    ...(dropped.length === 0 ? [] : [["left out", listed(dropped)]]),
  ];
  session.print(textTable(lines.map(([name = "", value = ""]) => [session.bold(name), printable(value)])));
}

/** What a network computes with on this machine. */
async function runsOn({ detector: { spec } }: FittedPipeline, session: Session) {
  if (spec.traits.neural !== true) return undefined;
  const kernels = await chooseKernels("auto", session);
  // A model can be looked at and score where what the environment asks for is not there.
  const learning = await learnsOn(spec, kernels).then(
    (found) => found?.name ?? "kernels",
    (error: Error) => `not here: ${error.message}`,
  );
  return { scores: kernels.name, learning };
}

const QUANTILE_NAMES: Readonly<Record<number, string>> = { 0: "lowest", 0.5: "median", 0.95: "95 %", 1: "highest" };

function inWords(params: Readonly<Record<string, unknown>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${describeDefault(value)}`)
    .join(", ");
}

/** Columns listed with their importance. */
const MOST_COLUMNS = 8;

function importanceLines(model: FittedPipeline): string[][] {
  const found = importanceOf(model);
  if (found === null || found.length === 0) return [];
  const whole = found.reduce((sum, { totalGain }) => sum + totalGain, 0);
  const texts = found
    .slice(0, MOST_COLUMNS)
    .map(({ column, totalGain }) => `${column} ${whole > 0 ? Math.round((100 * totalGain) / whole) : 0} %`);
  const others = found.length > MOST_COLUMNS ? `, ${count(found.length - MOST_COLUMNS, "other column")}` : "";
  return [["importance", `${texts.join(", ")}${others} (share of the gain)`]];
}
