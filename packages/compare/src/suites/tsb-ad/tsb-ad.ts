import { Random, rowRange, scale } from "@telltale/core";
import { unlabelledDetectors } from "../asked-entries.js";
import type { AskedDetector } from "../detectors-asked.js";
import type { Entry } from "../entry.js";
import { runEntries } from "../run-entries.js";
import type { Suite } from "../suite.js";
import { readTsb, type TsbFile, tsbFiles } from "./files.js";
import { MEASURES, TsbTally } from "./measures.js";

type TsbEntry = Entry<TsbFile, Float64Array | undefined>;

/** Detectors that run unless others are asked for: those of the benchmark that are cheap. */
const CHOICE = ["sub-pca", "kmeans-ad", "sub-knn", "matrix-profile", "auto-series", "long-run-z", "isolation-forest"];

export interface TsbAdOptions {
  /** File that names the files to run, one in a line; default: all in the folder. */
  readonly list?: string;
  /** Rows to learn from: the whole series, as the benchmark's unsupervised detectors (default), or its normal first rows. */
  readonly learn?: "whole" | "train";
}

/**
 * TSB-AD on a folder with its files: each detector learns from a series, or from its normal first rows, and scores all of it; the mean
 * over the files of VUS-PR and the benchmark's other measures. A failure counts as 0.
 *
 * @see https://doi.org/10.52202/079017-3437 Liu, Paparrizos: The elephant in the room: towards a reliable time-series anomaly detection benchmark
 */
export const tsbAd: Suite<TsbAdOptions> = {
  name: "tsb-ad",
  title: "TSB-AD",
  async run(folder, options) {
    const { list, learn = "whole", seed = 0 } = options;
    const asked = unlabelledDetectors(options.detectors, CHOICE, "TSB-AD").map((each) => detectorEntry(each, learn));
    const names = await tsbFiles(folder, list);
    const rows = await runEntries(
      {
        entries: [...asked, ...CONTROLS],
        parts: readTsb(folder, names),
        count: names.length,
        tally: () => new TsbTally(),
        failed: () => undefined,
      },
      options,
    );
    return {
      files: names,
      measures: MEASURES,
      rows,
      settings: { seed, files: names.length, learn },
      notes: [
        "Best published VUS-PR: 350 univariate series Sub-PCA .423, 180 multivariate ones CNN .313.",
        "A file on which a detector fails counts as 0.",
      ],
    };
  },
};

function detectorEntry({ text, make }: AskedDetector, learn: "whole" | "train"): TsbEntry {
  const { spec } = make(0);
  return {
    name: text,
    kind: spec.traits.control === true ? "control" : "detector",
    settings: `standardized; learns from ${learn === "whole" ? "the whole series" : "its normal first rows"}`,
    async decide({ x, train }, run) {
      const rows = learn === "whole" ? x : rowRange(x, 0, train);
      const scaling = scale({ method: "standard" }).fit(rows);
      const known = scaling.transform(rows);
      const model = await run.fit(make(run.seed), known);
      // A row that was learned from would find itself again.
      if (learn === "whole") return run.trainingScores(model, known);
      return run.score(model, scaling.transform(x));
    },
  };
}

const CONTROLS: readonly TsbEntry[] = [
  {
    name: "constant",
    kind: "control",
    settings: "the same score for every row",
    decide: ({ x }) => new Float64Array(x.rows),
  },
  {
    name: "random",
    kind: "control",
    settings: "random scores",
    decide({ name, x }, { seed }) {
      // The number of a file is its own stream.
      const random = new Random(seed, Number.parseInt(name, 10));
      return Float64Array.from({ length: x.rows }, () => random.uniform());
    },
  },
];
