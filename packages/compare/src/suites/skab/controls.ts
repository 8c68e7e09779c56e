import { quantile, Random, scale } from "@telltale/core";
import type { SkabEntry } from "./decision.js";
import { type Decision, trailingMean } from "./decision.js";
import { SKAB_FILES, type SkabFile } from "./files.js";
import { windowsAbove } from "./window-rule.js";

/** Rows of the windows of autoencoders in the benchmark, which its rule for them leaves out at the edges. */
const WINDOW = 60;

const flagsBy = (rows: number, flag: (row: number) => boolean) =>
  Uint8Array.from({ length: rows }, (_, row) => (flag(row) ? 1 : 0));

const constant: SkabEntry = {
  name: "constant",
  kind: "control",
  settings: "every row is an anomaly",
  decide: ({ test: { rows } }) => ({ scores: new Float64Array(rows), flags: flagsBy(rows, () => true) }),
};

const allButEdges: SkabEntry = {
  name: "all but edges",
  kind: "control",
  settings: `every row is an anomaly but the first ${WINDOW - 1} and the last ${WINDOW}`,
  decide: ({ test: { rows } }) => butEdges(rows, WINDOW),
};

const allOfRule: SkabEntry = {
  name: "all that the rule allows",
  kind: "control",
  settings: `every row is an anomaly that the rule for windows of ${WINDOW} rows can flag: all but the first ${WINDOW - 1} and the last ${2 * WINDOW - 2}`,
  decide: ({ test: { rows } }) => butEdges(rows, 2 * WINDOW - 2),
};

function butEdges(rows: number, atEnd: number): Decision {
  const flags = flagsBy(rows, (row) => row >= WINDOW - 1 && row < rows - atEnd);
  const all = flagsBy(rows, () => true);
  return { scores: Float64Array.from(flags), flags, throughout: all, plain: all };
}

/** Mean over the sensors of how far each is from its training mean, in standard deviations. */
function meanDeviations({ train, test }: SkabFile) {
  const fitted = scale({ method: "standard" }).fit(train);
  const ofRows = ({ data, rows, cols }: typeof train) =>
    Float64Array.from({ length: rows }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += Math.abs(data[i * cols + j] as number);
      return sum / cols;
    });
  return { train: ofRows(fitted.transform(train)), test: ofRows(fitted.transform(test)) };
}

/** Knows the mean and the deviation of each sensor alone, and is judged by the rule of the autoencoders. */
const meanZ: SkabEntry = {
  name: "mean |z|",
  kind: "control",
  settings: `mean over ${WINDOW} rows and the sensors of |value − mean| / deviation; all windows above the .999 quantile in training`,
  decide(file) {
    const { train, test } = meanDeviations(file);
    const limit = quantile(0.999).fit(trailingMean(train, WINDOW).subarray(WINDOW - 1)).threshold;
    const continued = trailingMean(Float64Array.of(...train, ...test), WINDOW).subarray(train.length);
    return windowsAbove(trailingMean(test, WINDOW), WINDOW, limit, continued);
  },
};

const everyMinute: SkabEntry = {
  name: "alarm every 60 rows",
  kind: "control",
  settings: "a change point in every 60th row, whatever the data are",
  decide({ test: { rows } }) {
    const flags = flagsBy(rows, (row) => row % WINDOW === WINDOW - 1);
    return { scores: Float64Array.from(flags), flags, changePoints: flags };
  },
};

const atRandom: SkabEntry = {
  name: "alarms at random",
  kind: "control",
  settings: "a change point in one row of 60 on average, at random",
  decide({ test: { rows }, name }, { seed }) {
    // Each file has a stream of its own, so that the alarms of two are not in the same rows.
    const random = new Random(seed, SKAB_FILES.indexOf(name));
    const scores = Float64Array.from({ length: rows }, () => random.uniform());
    const flags = flagsBy(rows, (row) => (scores[row] as number) > 1 - 1 / WINDOW);
    return { scores, flags, changePoints: flags };
  },
};

export const CONTROLS: readonly SkabEntry[] = [constant, allButEdges, allOfRule, meanZ, everyMinute, atRandom];
