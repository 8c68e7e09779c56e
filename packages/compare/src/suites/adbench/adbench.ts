import { join } from "node:path";
import { type CallOptions, currentKernels, registry, VERSION } from "@telltale/core";
import { dataFileOf, Journal } from "../../record/index.js";
import { ALL, type AskedDetector, detectorsAsked, NEURAL, namesOf } from "../detectors-asked.js";
import type { RowKind, Suite, SuiteOptions } from "../suite.js";
import { LEAST_ROWS, MOST_ROWS, splitAdbench, TEST_SHARE } from "./protocol.js";
import { adbenchFiles, readAdbenchSet } from "./sets.js";
import { BASELINE, MEASURES, type SetFacts, summarize } from "./summary.js";
import { type AdbenchTrial, tryDetector } from "./trials.js";

/** What this benchmark can be told beside the rest. */
export interface AdbenchOptions {
  /** Divisions of each set, by consecutive seeds. Default 3, as the benchmark has it. */
  readonly repeats?: number;
  /** Journal of finished trials: made when it is not there, else gone on with. */
  readonly resume?: string;
}

/** What runs when nothing is asked for. */
const DEFAULT = [
  ...["auto", "auto:mode=fast", "isolation-forest", "sci-forest", "fair-cut-forest", "knn", "knn:k=100", "lof"],
  ...["ecod", "copod", "hbos", "pca", "cblof", "one-class-svm", "inne", "loda"],
];

const CONTROLS = ["random", "constant"];

/**
 * ADBench by its own protocol: every `.npz` file of a folder, divided by the seeds 1, 2 and 3; detectors learn from the training rows,
 * anomalies and all, without labels, and are judged by ROC-AUC and average precision on the other rows.
 *
 * @see https://doi.org/10.48550/arXiv.2206.09426 Han, Hu, Huang, Jiang, Zhao: ADBench: Anomaly Detection Benchmark
 */
export const adbench: Suite<AdbenchOptions> = {
  name: "adbench",
  title: "ADBench: unsupervised detectors of tables",
  async run(folder, options) {
    const { seed = 0, repeats = 3 } = options;
    const seeds = Array.from({ length: repeats }, (_, i) => seed + i + 1);
    const subjects = subjectsAsked(options.detectors ?? DEFAULT);
    const files = await adbenchFiles(folder);
    const kept = await openJournal(folder, files, options);
    const sets: SetFacts[] = [];
    const trials: AdbenchTrial[][][] = subjects.map(() => []);
    let done = 0;
    try {
      for (const file of files) {
        const set = await readAdbenchSet(folder, file);
        sets.push({ name: set.name, anomalies: set.labels.reduce((sum, label) => sum + label, 0) / set.x.rows });
        for (const own of trials) own.push([]);
        for (const each of seeds) {
          const split = splitAdbench(set, each);
          for (const [d, { text, make }] of subjects.entries()) {
            options.signal?.throwIfAborted();
            options.progress?.(done / (files.length * seeds.length * subjects.length), `${text} on ${set.name}`);
            const key = `${text}|${set.name}|${each}`;
            const trial = kept?.done.get(key) ?? (await tryDetector(make(each), split, callOptions(options)));
            if (kept !== undefined && !kept.done.has(key)) await kept.add(key, trial);
            trials[d]?.at(-1)?.push(trial);
            done++;
          }
        }
      }
    } finally {
      await kept?.close();
    }
    const rows = summarize(
      sets,
      subjects.map(({ text, kind }, d) => ({
        name: text,
        kind,
        settings:
          kind === "control" ? "knows nothing" : "default settings but for those named, on columns scaled to 0 … 1",
        trials: trials[d] as AdbenchTrial[][],
      })),
      seeds,
    );
    return {
      files,
      measures: MEASURES,
      rows,
      settings: {
        seed,
        repeats,
        baseline: BASELINE,
        leastRows: LEAST_ROWS,
        mostRows: MOST_ROWS,
        testShare: TEST_SHARE,
      },
      notes: NOTES,
    };
  },
};

const NOTES: readonly string[] = [
  "Rows are drawn and divided with the generator of this package: the protocol is the benchmark's, the very rows are others. Means move by about .01 with the seeds; compare by the gain, which is paired.",
  "Sets of fewer than 1,000 rows are filled up with copies, some of which are on both sides: figures there flatter detectors that remember rows.",
  "A set on which a detector fails counts as chance, and ranks last.",
];

interface Subject extends AskedDetector {
  readonly kind: RowKind;
}

/** What is asked for, and always the baseline and the controls. */
function subjectsAsked(asked: readonly string[]): Subject[] {
  const texts = asked.flatMap((text) => {
    if (text === ALL) return ["auto", "auto:mode=fast", ...ofTables(namesOf(ALL))];
    return text === NEURAL ? ofTables(namesOf(NEURAL)) : [text];
  });
  return detectorsAsked([BASELINE, ...texts, ...CONTROLS]).map((each) => ({
    ...each,
    kind: CONTROLS.includes(each.text) ? ("control" as const) : ("detector" as const),
  }));
}

/** Those of tables that need no labels. */
function ofTables(names: readonly string[]): string[] {
  return names.filter((name) => {
    const { input, traits } = registry.get(name).spec;
    return input === "tabular" && !traits.supervised && !traits.control;
  });
}

function callOptions({ threads, kernels, signal }: SuiteOptions): CallOptions & { readonly signal?: AbortSignal } {
  return {
    ...(threads === undefined ? {} : { threads }),
    ...(kernels === undefined ? {} : { kernels }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** A journal fits to the same files, versions and kernels; which detectors and seeds were run says each of its entries. */
async function openJournal(
  folder: string,
  files: readonly string[],
  { resume, kernels }: SuiteOptions & AdbenchOptions,
): Promise<Journal<AdbenchTrial> | undefined> {
  if (resume === undefined) return undefined;
  const data = [];
  for (const file of files) data.push({ ...(await dataFileOf(join(folder, file))), file });
  const question = { suite: "adbench", data, versions: [VERSION, (kernels ?? currentKernels()).name] };
  return Journal.open<AdbenchTrial>(resume, question);
}
