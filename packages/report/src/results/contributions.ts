import { episodesOf, type Labels, type Matrix, type Scores, ShapeError } from "@telltale/core";
import type { Chart, ChartValue } from "../chart.js";
import { figure, plotted } from "../figures.js";
import { heatMapOption } from "../heat-map.js";
import { timeText } from "./time-axis.js";

const MOST_EPISODES = 12;
const MOST_COLUMNS = 15;
const ROW = 22;

/** An episode with what each column added to its scores. */
export interface EpisodeContributions {
  /** First and last row, from 1. */
  readonly from: number;
  readonly to: number;
  readonly peak: number;
  /** Mean contribution of each column over the rows of the episode. */
  readonly means: Float64Array;
}

/**
 * The episodes of flagged rows, highest peak first, with the mean contribution of each column.
 *
 * @param contributions  rows × columns, as a fitted model's `contributions` gives them
 * @throws ShapeError `SHAPE_MISMATCH`
 */
export function episodeContributions(contributions: Matrix, flags: Labels, scores: Scores): EpisodeContributions[] {
  const { data, rows, cols } = contributions;
  if (flags.length !== rows || scores.length !== rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${rows} rows of contributions need as many flags and scores`);
  }
  return episodesOf(flags)
    .map(({ start, end }) => {
      const means = new Float64Array(cols);
      let peak = Number.NEGATIVE_INFINITY;
      for (let i = start; i < end; i++) {
        peak = Math.max(peak, scores[i] as number);
        for (let j = 0; j < cols; j++) means[j] = (means[j] as number) + (data[i * cols + j] as number) / (end - start);
      }
      return { from: start + 1, to: end, peak, means };
    })
    .sort((a, b) => b.peak - a.peak);
}

/**
 * Which columns pushed the score up in each flagged episode, as a heat map: rows are columns of the data, the strongest
 * first, columns are the episodes with the highest peaks. Each episode is coloured by the share of its contributions.
 *
 * @param contributions  rows × columns, as a fitted model's `contributions` gives them
 * @param times  n times in milliseconds since 1970-01-01 UTC
 * @throws ShapeError `SHAPE_MISMATCH` for other numbers of rows, `SHAPE_EMPTY` where no row is flagged
 */
export function contributionsChart(
  contributions: Matrix,
  flags: Labels,
  scores: Scores,
  times?: ArrayLike<number>,
): Chart {
  const all = episodeContributions(contributions, flags, scores);
  if (all.length === 0) throw new ShapeError("SHAPE_EMPTY", "contributions of episodes need a flagged row; found none");
  const shown = all.slice(0, MOST_EPISODES);
  const shares = shown.map(({ means }) => sharesOf(means));
  const total = Float64Array.from(
    { length: contributions.cols },
    (_, j) => shares.reduce((sum, share) => sum + (share[j] as number), 0) / shares.length,
  );
  const order = Array.from(total.keys()).sort((a, b) => (total[b] as number) - (total[a] as number) || a - b);
  const kept = order.slice(0, MOST_COLUMNS);
  const nameOf = (j: number) => contributions.columns?.[j] ?? `column ${j + 1}`;
  const episodeName = ({ from, to }: EpisodeContributions) => (from === to ? `row ${from}` : `rows ${from}–${to}`);
  const names = kept.map(nameOf);
  const [first] = order;
  const greatest = Math.max(0.1, ...shares.flatMap((share) => Array.from(share)));
  return {
    name: "contributions",
    title: "What pushed the scores up, episode by episode",
    summary:
      `Share of each column in the scores of ${figure(shown.length)} ${shown.length < all.length ? `of ${figure(all.length)} ` : ""}flagged ${shown.length === 1 ? "episode" : "episodes"}, highest peak first.` +
      `${first === undefined ? "" : ` ${nameOf(first)} has the largest share over all: ${Math.round(100 * (total[first] as number))} %.`}` +
      `${kept.length < contributions.cols ? ` The ${kept.length} strongest of ${contributions.cols} columns are drawn.` : ""}`,
    height: 130 + Math.max(3, kept.length) * ROW,
    data: [
      { name: "from", values: all.map(({ from }) => timeText(times, from - 1)) },
      { name: "to", values: all.map(({ to }) => timeText(times, to - 1)) },
      { name: "highest score", values: all.map(({ peak }) => plotted(peak)) },
      ...order.map((j) => ({ name: nameOf(j), values: all.map(({ means }) => plotted(means[j] as number)) })),
    ],
    option: heatMapOption({
      name: "share",
      columns: shown.map(episodeName),
      turned: 45,
      rows: names,
      room: { left: 180, bottom: 96 },
      scale: {
        from: 0,
        to: greatest,
        texts: ["0 %", `${Math.round(100 * greatest)} %`],
        colours: ["@grid", "@anomaly"],
        height: 100,
      },
      cells: shares.flatMap((share, e) =>
        kept.map((j, y): ChartValue => [e, y, plotted(Number((share[j] as number).toFixed(4)))]),
      ),
      series: { itemStyle: { borderColor: "@background", borderWidth: 1 } },
    }),
  };
}

/** Positive contributions as shares of their sum; what pushes a score down has no share. */
function sharesOf(means: Float64Array): Float64Array {
  const up = means.map((value) => (value > 0 ? value : 0));
  const sum = up.reduce((total, value) => total + value, 0);
  return sum > 0 ? up.map((value) => value / sum) : up;
}
