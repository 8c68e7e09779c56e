import { ParamError, registry } from "@telltale/core";
import { ALL, NEURAL } from "../detectors-asked.js";
import { decided, runEntries } from "../run-entries.js";
import type { Suite } from "../suite.js";
import { levelShiftAlarms } from "./change-points.js";
import { CONTROLS } from "./controls.js";
import type { SkabEntry } from "./decision.js";
import { detectorEntries } from "./detectors.js";
import { filesAsked, readSkab, SKAB_FILES, type SkabFile, TRAINING_ROWS } from "./files.js";
import { MEASURES, SkabTally } from "./measures.js";
import { METHODS } from "./methods.js";

/** The words, in a list of detectors, for the published methods that are no neural networks, and for those that are. */
const PUBLISHED = "published";
const PUBLISHED_NEURAL = "published-neural";

export interface SkabOptions {
  /** Files to run on, by their paths in the data folder (`valve1/0.csv`): to try something out. Default: all 34. */
  readonly files?: readonly string[];
}

/**
 * The Skoltech Anomaly Benchmark (SKAB) by its own protocol: 34 files of a water circuit, a new model for each one's first 400
 * rows, all other rows tested, counts of all files pooled, change points by its variant of the NAB score. Published methods with
 * the settings of its notebooks, any registered detector, and controls.
 *
 * @see https://doi.org/10.34740/KAGGLE/DSV/1693952 Katser, Kozitsin: Skoltech Anomaly Benchmark (SKAB)
 */
export const skab: Suite<SkabOptions> = {
  name: "skab",
  title: "Skoltech Anomaly Benchmark (SKAB)",
  async run(folder, options) {
    const { seed = 0 } = options;
    const entries = entriesAsked(options.detectors);
    const names = filesAsked(options.files);
    const files = await readSkab(folder, names);
    const rows = await runEntries(
      {
        entries,
        parts: files,
        count: files.length,
        tally: () => new SkabTally(),
        failed: ({ test }) => ({ scores: new Float64Array(test.rows), flags: new Uint8Array(test.rows) }),
      },
      options,
    );
    return {
      files: names,
      measures: MEASURES,
      rows,
      settings: { seed, files: files.length, trainingRows: TRAINING_ROWS },
      notes: files.length === SKAB_FILES.length ? NOTES : [...NOTES, SOME],
    };
  },
  async worker(folder, options) {
    const entries = entriesAsked(options.detectors);
    const files = await readSkab(folder, filesAsked(options.files));
    return {
      decide: (entry, part) => decided(entries[entry] as SkabEntry, files[part] as SkabFile, options),
    };
  },
};

const NOTES: readonly string[] = [
  "The rule for windows never flags the first and last rows of a file, which are mostly normal: compare by “F1 no edges”.",
  "A constant alarm has the F1 of the first control; an alarm in every 60th row has a higher NAB score than any published method: read both beside the controls.",
  "A file on which a detector fails counts as one without an alarm.",
];

const SOME = `Not all ${SKAB_FILES.length} files were run: published figures do not compare.`;

/** The rows of the table: what is asked for, and always the controls. Neural networks only when they are asked for. */
function entriesAsked(asked: readonly string[] | undefined): SkabEntry[] {
  const says = (word: string) => asked?.includes(word) === true;
  if (says(PUBLISHED_NEURAL) && !METHODS.some(({ needs }) => needs !== undefined && registry.has(needs))) {
    throw new ParamError("PARAM_UNKNOWN", `${PUBLISHED_NEURAL}: no neural detector is registered`, {
      remedy: 'import "@telltale/deep/register" first',
    });
  }
  const wanted = ({ needs }: SkabEntry) =>
    needs === undefined
      ? asked === undefined || says(ALL) || says(PUBLISHED)
      : registry.has(needs) && (says(NEURAL) || says(PUBLISHED_NEURAL) || says(needs));
  const alarms = asked === undefined || says(ALL) || says("level-shift") ? [levelShiftAlarms] : [];
  const detectors = detectorEntries(asked?.filter((text) => text !== PUBLISHED && text !== PUBLISHED_NEURAL));
  return [...METHODS.filter(wanted), ...detectors, ...alarms, ...CONTROLS];
}
