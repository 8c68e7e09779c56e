import type { Labels, Scores } from "@telltale/core";
import type { Chart, ChartOption, ChartValue } from "../chart.js";
import { figure, plotted } from "../figures.js";
import { axis, baseOption } from "../theme.js";
import { quantileOfSorted } from "./quantile.js";

const BINS = 60;
/** Points outside the whiskers that are drawn, of each class. */
const MOST_OUTLIERS = 300;

interface Group {
  readonly name: string;
  readonly colour: string;
  /** Ascending. */
  readonly scores: Float64Array;
}

/** Scores by class, without labels all of them as one group; classes without a row are left out. */
function groupsOf(scores: Scores, labels: Labels | undefined): Group[] {
  const of = (label: number) =>
    Float64Array.from(scores)
      .filter((score, i) => Number.isFinite(score) && (labels?.[i] ?? 0) === label)
      .sort();
  const groups = [
    { name: labels === undefined ? "rows" : "normal", colour: "@normal", scores: of(0) },
    { name: "anomaly", colour: "@anomaly", scores: labels === undefined ? new Float64Array(0) : of(1) },
  ];
  return groups.filter(({ scores: found }) => found.length > 0);
}

function thresholdLine(threshold: number | undefined, along: "xAxis" | "yAxis"): ChartOption {
  if (threshold === undefined) return {};
  return {
    markLine: {
      silent: true,
      symbol: "none",
      lineStyle: { color: "@threshold", type: "dashed", width: 2 },
      label: { formatter: `threshold ${figure(threshold)}`, color: "@threshold", position: "end", rotate: 0 },
      data: [{ [along]: plotted(threshold) }],
    },
  };
}

/**
 * Histogram of scores by class, each bar the share of its class, with the threshold: how well the classes are apart.
 *
 * @param scores  n scores, such as reconstruction errors; those that are not finite are left out
 * @param labels  n values 0 or 1, where they are known
 */
export function scoreHistogram(scores: Scores, labels?: Labels, threshold?: number): Chart {
  const groups = groupsOf(scores, labels);
  const low = Math.min(...groups.map(({ scores: found }) => found[0] as number));
  const high = Math.max(...groups.map(({ scores: found }) => found[found.length - 1] as number));
  const width = high > low ? (high - low) / BINS : 1;
  const edges = Array.from({ length: BINS }, (_, k) => low + k * width);
  const shares = groups.map(({ scores: found }) => {
    const counts = new Array<number>(BINS).fill(0);
    for (const score of found) {
      const k = Math.min(BINS - 1, Math.floor((score - low) / width));
      counts[k] = (counts[k] as number) + 1;
    }
    return counts.map((count) => count / found.length);
  });
  return {
    name: "score-histogram",
    title: "Scores by class",
    summary: `How often each score occurs${labels === undefined ? "" : " among normal rows and among anomalies"}, as a share${labels === undefined ? " of all rows" : " of the class"}. The less they overlap, the better a threshold can tell them apart.`,
    height: 340,
    data: [
      { name: "score from", values: edges.map(plotted) },
      ...groups.map(({ name }, g) => ({ name: `share of ${name}`, values: (shares[g] as number[]).map(plotted) })),
    ],
    option: {
      ...baseOption(),
      xAxis: axis("score", {
        min: plotted(low),
        max: plotted(low + BINS * width),
        axisLabel: { color: "@muted", hideOverlap: true, showMinLabel: false, showMaxLabel: false },
      }),
      yAxis: axis("share of the class", { min: 0 }),
      series: groups.map(({ name, colour }, g) => ({
        type: "line",
        step: "end",
        name,
        showSymbol: false,
        lineStyle: { color: colour, width: 1 },
        itemStyle: { color: colour },
        areaStyle: { color: colour, opacity: 0.35 },
        data: [...edges, low + BINS * width].map(
          (edge, k): ChartValue => [plotted(edge), plotted((shares[g] as number[])[Math.min(k, BINS - 1)] as number)],
        ),
        ...(g === 0 ? thresholdLine(threshold, "xAxis") : {}),
      })),
    },
  };
}

/**
 * Box plot of scores by class: quartiles, whiskers to the last score within 1.5 interquartile ranges, the rest as points.
 *
 * @param scores  n scores; those that are not finite are left out
 * @param labels  n values 0 or 1, where they are known
 * @see Tukey (1977), "Exploratory data analysis", Addison-Wesley
 */
export function scoreBoxPlot(scores: Scores, labels?: Labels, threshold?: number): Chart {
  const groups = groupsOf(scores, labels);
  const boxes = groups.map(({ scores: found }) => boxOf(found));
  const statistics = ["lower whisker", "lower quartile", "median", "upper quartile", "upper whisker"];
  return {
    name: "score-box-plot",
    title: "Scores by class, quartiles and outliers",
    summary: groups
      .map(
        ({ name }, g) =>
          `${name}: median ${figure((boxes[g] as Box).values[2])}, half of the rows between ${figure((boxes[g] as Box).values[1])} and ${figure((boxes[g] as Box).values[3])}`,
      )
      .join(". "),
    height: 340,
    data: [
      { name: "statistic", values: statistics },
      ...groups.map(({ name }, g) => ({ name, values: (boxes[g] as Box).values.map(plotted) })),
    ],
    option: {
      ...baseOption(),
      tooltip: { trigger: "item", confine: true },
      xAxis: axis("", { type: "category", data: groups.map(({ name }) => name), splitLine: { show: false } }),
      yAxis: axis("score", { scale: true }),
      series: [
        {
          type: "boxplot",
          name: "scores",
          itemStyle: { color: "@middle", borderColor: "@score" },
          data: groups.map(({ colour }, g) => ({
            value: (boxes[g] as Box).values.map(plotted),
            itemStyle: { color: "@middle", borderColor: colour },
          })),
          ...thresholdLine(threshold, "yAxis"),
        },
        {
          type: "scatter",
          name: "outliers",
          symbolSize: 4,
          itemStyle: { color: "@muted", opacity: 0.6 },
          data: groups.flatMap((_, g) => (boxes[g] as Box).outliers.map((score): ChartValue => [g, plotted(score)])),
        },
      ],
    },
  };
}

interface Box {
  /** Lower whisker, lower quartile, median, upper quartile, upper whisker. */
  readonly values: [number, number, number, number, number];
  readonly outliers: readonly number[];
}

function boxOf(sorted: Float64Array): Box {
  const at = (q: number) => quantileOfSorted(sorted, q);
  const [lower, median, upper] = [at(0.25), at(0.5), at(0.75)];
  const reach = 1.5 * (upper - lower);
  const inside = sorted.filter((score) => score >= lower - reach && score <= upper + reach);
  const outside = sorted.filter((score) => score < lower - reach || score > upper + reach);
  const step = Math.max(1, Math.ceil(outside.length / MOST_OUTLIERS));
  return {
    values: [inside[0] as number, lower, median, upper, inside[inside.length - 1] as number],
    // The farthest ones are always among them.
    outliers: Array.from(outside.filter((_, i) => i % step === 0 || i === 0 || i === outside.length - 1)),
  };
}
