import { chiSquaredSurvival, fSurvival, ShapeError } from "@telltale/core";
import { type ResultTable, ranksOf, tieSizes } from "./ranks.js";

export interface FriedmanTest {
  /** χ² of Friedman, corrected for ties; 0 when all detectors tie everywhere. */
  readonly statistic: number;
  /** Probability of a χ² as large when no detector is better than another. */
  readonly pValue: number;
  /** F of Iman and Davenport, which is less conservative; `Infinity` when every row has the same order. */
  readonly imanDavenport: number;
  readonly imanDavenportPValue: number;
  readonly rows: number;
  readonly detectors: number;
}

/**
 * Friedman's test: are the ranks of several detectors over several data sets those of chance?
 *
 * @param results  at least 2 rows of at least 3 figures; `null` ranks last
 * @throws ShapeError `SHAPE_EMPTY`, `SHAPE_MISMATCH`, `SHAPE_TOO_FEW_ROWS`
 * @see Friedman (1937), https://doi.org/10.1080/01621459.1937.10503522 ·
 *   Iman and Davenport (1980), https://doi.org/10.1080/03610928008827904
 */
export function friedmanTest(results: ResultTable): FriedmanTest {
  const ranks = ranksOf(results);
  const rows = ranks.length;
  const detectors = (ranks[0] as number[]).length;
  if (rows < 2 || detectors < 3) {
    throw new ShapeError("SHAPE_TOO_FEW_ROWS", `found ${rows} rows of ${detectors} figures`, {
      remedy: "Friedman's test needs at least 2 data sets and 3 detectors",
    });
  }
  const sums = Array.from({ length: detectors }, (_, j) => ranks.reduce((sum, row) => sum + (row[j] as number), 0));
  const squares = sums.reduce((sum, each) => sum + each * each, 0);
  const raw = (12 * squares) / (rows * detectors * (detectors + 1)) - 3 * rows * (detectors + 1);
  const tied = ranks.reduce((sum, row) => sum + tieSizes(row).reduce((all, t) => all + t * (t * t - 1), 0), 0);
  const correction = 1 - tied / (rows * detectors * (detectors * detectors - 1));
  const statistic = correction <= 0 ? 0 : Math.max(0, raw / correction);
  const most = rows * (detectors - 1);
  const imanDavenport =
    statistic >= most * (1 - 1e-14) ? Number.POSITIVE_INFINITY : ((rows - 1) * statistic) / (most - statistic);
  return {
    statistic,
    pValue: chiSquaredSurvival(statistic, detectors - 1),
    imanDavenport,
    imanDavenportPValue:
      imanDavenport === Number.POSITIVE_INFINITY
        ? 0
        : fSurvival(imanDavenport, detectors - 1, (detectors - 1) * (rows - 1)),
    rows,
    detectors,
  };
}
