import { registry } from "@telltale/core";
import { ALL, NEURAL } from "../detectors-asked.js";
import { decided, runEntries } from "../run-entries.js";
import type { Suite } from "../suite.js";
import { levelShiftAlarms } from "./change-points.js";
import { CONTROLS } from "./controls.js";
import type { SkabEntry } from "./decision.js";
import { detectorEntries } from "./detectors.js";
import { readSkab, SKAB_FILES, type SkabFile, TRAINING_ROWS } from "./files.js";
import { MEASURES, SkabTally } from "./measures.js";
import { METHODS } from "./methods.js";

/** The word for the published methods that are no neural networks, in a list of detectors. */
const PUBLISHED = "published";

/**
 * The Skoltech Anomaly Benchmark (SKAB) by its own protocol: 34 files of a water circuit, a new model for each one's first 400
 * rows, all other rows tested, counts of all files pooled, change points by its variant of the NAB score. Published methods with
 * the settings of its notebooks, any registered detector, and controls.
 *
 * @see https://doi.org/10.34740/KAGGLE/DSV/1693952 Katser, Kozitsin: Skoltech Anomaly Benchmark (SKAB)
 */
export const skab: Suite = {
  name: "skab",
  title: "Skoltech Anomaly Benchmark (SKAB)",
  async run(folder, options) {
    const { seed = 0 } = options;
    const entries = entriesAsked(options.detectors);
    const files = await readSkab(folder);
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
      files: SKAB_FILES,
      measures: MEASURES,
      rows,
      settings: { seed, files: files.length, trainingRows: TRAINING_ROWS },
      notes: NOTES,
    };
  },
  async worker(folder, options) {
    const entries = entriesAsked(options.detectors);
    const files = await readSkab(folder);
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

/** The rows of the table: what is asked for, and always the controls. Neural networks only when they are asked for. */
function entriesAsked(asked: readonly string[] | undefined): SkabEntry[] {
  const says = (word: string) => asked?.includes(word) === true;
  const wanted = ({ needs }: SkabEntry) =>
    needs === undefined
      ? asked === undefined || says(ALL) || says(PUBLISHED)
      : registry.has(needs) && (says(NEURAL) || says(needs));
  const alarms = asked === undefined || says(ALL) || says("level-shift") ? [levelShiftAlarms] : [];
  const detectors = detectorEntries(asked?.filter((text) => text !== PUBLISHED));
  return [...METHODS.filter(wanted), ...detectors, ...alarms, ...CONTROLS];
}
