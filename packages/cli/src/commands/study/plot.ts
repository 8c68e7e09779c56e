import type { FittedPipeline } from "@telltale/core";
import { openSource } from "@telltale/data";
import type { Chart } from "@telltale/report";
import { UsageError } from "../../failure.js";
import { type ExploredColumns, explored } from "../../input/explored.js";
import { readModel } from "../../input/model-file.js";
import { requireOtherFile } from "../../input/other-file.js";
import { readOptions } from "../../input/read-options.js";
import { chooseKernels } from "../../kernels.js";
import type { ReadFlags, RunFlags } from "../../options/common-flags.js";
import { Progress } from "../../output/progress.js";
import { type DataPictureFlags, dataPicture, requireDataFlags } from "../../plotting/data-pictures.js";
import { PLOT_KINDS, type PlotKind } from "../../plotting/kinds.js";
import { lossPicture } from "../../plotting/loss-picture.js";
import { type PictureOptions, pictureFormat, writePicture } from "../../plotting/picture-file.js";
import { scorePicture } from "../../plotting/score-pictures.js";
import { type ScoredTableFlags, scoredByModel, scoredFiles } from "../../plotting/scored-table.js";
import type { Session } from "../../session.js";

export interface PlotFlags
  extends ReadFlags,
    RunFlags,
    Omit<ExploredColumns, "split">,
    DataPictureFlags,
    ScoredTableFlags,
    PictureOptions {
  readonly out: string;
  readonly model?: string;
}

/** Draws a single picture and writes it. */
export async function plot(kind: string, paths: readonly string[], flags: PlotFlags, session: Session): Promise<void> {
  const found = PLOT_KINDS.find(({ name }) => name === kind) as PlotKind;
  const format = pictureFormat(flags.out);
  await requireOtherFile("--out", flags.out, [...paths, ...(flags.model === undefined ? [] : [flags.model])]);
  const chart = await chartOf(found, paths, flags, session);
  session.signal.throwIfAborted();
  await writePicture(flags.out, chart, flags);
  const { name, title, summary } = chart;
  if (session.json) {
    session.printJson({ picture: flags.out, format, kind, name, title, summary, warnings: session.warnings });
    return;
  }
  session.print(`${title}. ${summary}`);
  session.say(`picture written to ${flags.out}`);
}

async function chartOf(kind: PlotKind, paths: readonly string[], flags: PlotFlags, session: Session): Promise<Chart> {
  if (kind.source === "model") {
    const [file, ...more] = paths;
    if (more.length > 0)
      throw new UsageError("USAGE", `a picture of ${kind.name} is of one model file; found ${paths.length}`);
    return lossPicture((await readModel(file as string)).model);
  }
  requireDataFlags(kind.name, flags);
  if (kind.source === "codes" && flags.model === undefined) {
    throw new UsageError("USAGE", `a picture of ${kind.name} is of a model`, { remedy: "Name it with --model" });
  }
  const model = kind.source !== "data" && flags.model !== undefined ? (await readModel(flags.model)).model : undefined;
  const source = await openSource(paths, readOptions(flags));
  const progress = new Progress(session, model === undefined ? "reading" : "scoring");
  try {
    if (kind.source === "data") {
      return dataPicture(kind.name, await explored(source, flags, session.signal, progress), flags);
    }
    if (kind.source === "codes" && model !== undefined) {
      const kernels = await chooseKernels(flags.kernels, session);
      const { latentPicture } = await import("../../plotting/latent-picture.js");
      return await latentPicture(model, source, flags, { kernels, signal: session.signal });
    }
    const table =
      model === undefined
        ? await scoredFiles(source, flags, session.signal)
        : await scoredByModel(model, source, flags, {
            kernels: await chooseKernels(flags.kernels, session),
            threads: flags.threads,
            explain: kind.name === "contributions" && requireContributions(model),
            signal: session.signal,
            progress,
          });
    return scorePicture(kind.name, table, flags.columns);
  } finally {
    progress.end();
    await source.close();
  }
}

/** @throws UsageError for a detector that does not say which columns made a score */
function requireContributions({ detector }: FittedPipeline): true {
  if (detector.spec.contributions !== undefined) return true;
  throw new UsageError("USAGE", `${detector.spec.name} does not say which columns made a score`, {
    remedy: "telltale list shows which detectors do",
  });
}
