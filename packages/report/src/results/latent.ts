import { type Labels, type Matrix, ShapeError } from "@telltale/core";
import type { Chart } from "../chart.js";
import { figure, plotted } from "../figures.js";
import { principalPoints } from "./principal-points.js";
import { scatterHeight, scatterOption, thinnedByClass } from "./scatter.js";

export interface LatentOptions {
  /** n values 0 or 1, where they are known. */
  readonly labels?: Labels;
  /** Default: "Two encoded variables". */
  readonly title?: string;
  /** Names of the two axes. */
  readonly axes?: readonly [string, string];
}

/**
 * Points in two dimensions, such as the two encoded variables of an autoencoder, coloured by class where labels are
 * known.
 *
 * @param points  rows × 2
 * @throws ShapeError `SHAPE_MISMATCH` for another number of columns or of labels
 */
export function latentChart(points: Matrix, options: LatentOptions = {}): Chart {
  const { labels, title = "Two encoded variables", axes } = options;
  if (points.cols !== 2) throw new ShapeError("SHAPE_MISMATCH", `points need 2 columns; found ${points.cols}`);
  if (labels !== undefined && labels.length !== points.rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${points.rows} points need as many labels; found ${labels.length}`);
  }
  const [x, y] = axes ?? [points.columns?.[0] ?? "first", points.columns?.[1] ?? "second"];
  const kept = thinnedByClass(points, [0, 1], labels);
  const at = (i: number, j: number) => plotted(points.data[i * 2 + j] as number);
  return {
    name: "latent",
    title,
    summary: `${figure(points.rows)} rows in two dimensions${labels === undefined ? "" : ", coloured by class"}${kept.length < points.rows ? `; ${figure(kept.length)} of them are drawn, every anomaly as far as there is room` : ""}.`,
    height: scatterHeight(1),
    data: [
      { name: x, values: kept.map((i) => at(i, 0)) },
      { name: y, values: kept.map((i) => at(i, 1)) },
      ...(labels === undefined ? [] : [{ name: "label", values: kept.map((i) => labels[i] as number) }]),
    ],
    option: scatterOption(points, kept, [{ x: 0, y: 1, names: [x, y] }], labels),
  };
}

/**
 * The rows on their first two principal components, each column standardized; rows with a missing value are left out.
 *
 * @param x  rows × columns
 * @param labels  n values 0 or 1, where they are known
 * @throws ShapeError `SHAPE_TOO_FEW_ROWS` where fewer than two columns vary, `SHAPE_MISMATCH` for another number of labels
 */
export function pcaChart(x: Matrix, labels?: Labels): Chart {
  if (labels !== undefined && labels.length !== x.rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${x.rows} rows need as many labels; found ${labels.length}`);
  }
  const { points, rows, shares } = principalPoints(x);
  const percent = (share: number) => `${Math.round(100 * share)} % of the variance`;
  const left = x.rows - rows.length;
  const chart = latentChart(points, {
    title: "First two principal components",
    axes: [`first component, ${percent(shares[0])}`, `second component, ${percent(shares[1])}`],
    ...(labels === undefined ? {} : { labels: Uint8Array.from(rows, (i) => labels[i] as number) }),
  });
  const note = left > 0 ? ` ${figure(left)} rows with missing values are left out.` : "";
  return { ...chart, name: "principal-components", summary: `${chart.summary}${note}` };
}
