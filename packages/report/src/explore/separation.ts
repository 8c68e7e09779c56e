import { rocAuc } from "@telltale/core";
import type { SampledRows } from "./row-sample.js";

/** Values of a column: of normal rows out of the sample, and of anomalous rows. */
export function valuesByClass(
  sample: SampledRows,
  anomalies: SampledRows,
  j: number,
): { readonly normal: Float64Array; readonly anomalous: Float64Array } {
  const of = ({ x, labels }: SampledRows, label: number) => {
    const found: number[] = [];
    for (let i = 0; i < x.rows; i++) {
      const v = x.data[i * x.cols + j] as number;
      if (labels[i] === label && v - v === 0) found.push(v);
    }
    return Float64Array.from(found);
  };
  return { normal: of(sample, 0), anomalous: of(anomalies, 1) };
}

/** Area under the ROC curve of a column as a score, or of its negative where that is more; null without both classes. */
export function separationOf(sample: SampledRows, anomalies: SampledRows, j: number): number | null {
  const { normal, anomalous } = valuesByClass(sample, anomalies, j);
  if (normal.length === 0 || anomalous.length === 0) return null;
  const scores = new Float64Array(normal.length + anomalous.length);
  scores.set(normal);
  scores.set(anomalous, normal.length);
  const labels = new Uint8Array(scores.length).fill(1, normal.length);
  const area = rocAuc(labels, scores);
  return Math.max(area, 1 - area);
}

/**
 * How far apart the classes are on the line through two columns that parts them best: Fisher's criterion, the squared
 * distance of the means over the variance within the classes; 0 where it cannot be said.
 *
 * @see https://doi.org/10.1111/j.1469-1809.1936.tb02137.x Fisher (1936), "The use of multiple measurements in taxonomic problems"
 */
export function fisherCriterion(sample: SampledRows, anomalies: SampledRows, a: number, b: number): number {
  const of = ({ x, labels }: SampledRows, label: number) => {
    let [n, ma, mb, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < x.rows; i++) {
      const [u, v] = [x.data[i * x.cols + a] as number, x.data[i * x.cols + b] as number];
      if (labels[i] !== label || u - u + (v - v) !== 0) continue;
      n++;
      const [du, dv] = [u - ma, v - mb];
      ma += du / n;
      mb += dv / n;
      aa += du * (u - ma);
      bb += dv * (v - mb);
      ab += du * (v - mb);
    }
    return { n, ma, mb, aa, bb, ab };
  };
  const [normal, anomalous] = [of(sample, 0), of(anomalies, 1)];
  if (normal.n < 3 || anomalous.n < 3) return 0;
  const within = (key: "aa" | "bb" | "ab") => normal[key] / normal.n + anomalous[key] / anomalous.n;
  const [aa, bb, ab] = [within("aa"), within("bb"), within("ab")];
  const determinant = aa * bb - ab * ab;
  if (!(determinant > 1e-9 * aa * bb)) return 0;
  const [da, db] = [anomalous.ma - normal.ma, anomalous.mb - normal.mb];
  return (da * da * bb - 2 * da * db * ab + db * db * aa) / determinant;
}
