import type { Chart, ChartValue } from "../chart.js";
import { figure, plotted } from "../figures.js";
import { axis, baseOption } from "../theme.js";
import { type ComparedDetector, type Comparison, KINDS, kindOf } from "./comparison.js";
import { detectorAxis, heightOf, NAME_WIDTH } from "./quality.js";

/** Pixels of a bar that joins detectors which are not told apart. */
const BAR = 12;

/**
 * Mean ranks, best at the top, and beside them a bar for each group of detectors that are not told apart: what Demšar's
 * critical-difference diagram says, set so that names of many detectors stay apart.
 *
 * @see https://jmlr.org/papers/v7/demsar06a.html Demšar (2006), "Statistical comparisons of classifiers over multiple data sets"
 */
export function rankChart(comparison: Comparison): Chart {
  const { criticalDifference, metrics } = comparison;
  const ranked = comparison.detectors
    .filter((each): each is ComparedDetector & { meanRank: number } => Number.isFinite(each.meanRank ?? NaN))
    .sort((a, b) => a.meanRank - b.meanRank);
  const names = ranked.map(({ name }) => name);
  // A group of one says nothing; neither does one whose members are not shown.
  const groups = (comparison.groups ?? [])
    .map((group) => group.filter((name) => names.includes(name)).sort((a, b) => names.indexOf(a) - names.indexOf(b)))
    .filter((group) => group.length > 1);
  const strip = groups.length === 0 ? 0 : groups.length * BAR + 24;
  const sets = comparison.datasets?.length;
  return {
    name: "mean-ranks",
    title: `Mean ranks by ${metrics[0]?.name ?? "quality"}`,
    summary:
      `1 is best${sets === undefined ? "" : `, over ${figure(sets)} data sets`}${names.length > 0 ? `; ${names[0]} has the best mean rank, ${figure((ranked[0] as { meanRank: number }).meanRank)}` : ""}.` +
      `${criticalDifference === undefined ? "" : ` Two detectors are told apart where their mean ranks differ by ${figure(criticalDifference)} or more (critical difference).`}` +
      `${groups.length > 0 ? " Each bar at the right joins detectors that are not told apart." : ""}`,
    height: heightOf(names.length),
    data: [
      { name: "detector", values: names },
      { name: "mean rank", values: ranked.map(({ meanRank }) => plotted(meanRank)) },
      {
        name: "groups",
        values: names.map((name) =>
          groups.flatMap((group, g) => (group.includes(name) ? [String(g + 1)] : [])).join(" "),
        ),
      },
    ],
    option: {
      ...baseOption(),
      tooltip: { trigger: "item", confine: true },
      grid: [
        { left: NAME_WIDTH, right: 24 + strip, top: 40, bottom: 56 },
        { right: 16, width: Math.max(1, strip - 8), top: 40, bottom: 56 },
      ],
      xAxis: [
        axis("mean rank (1 is best)", { min: 1, max: Math.max(2, Math.ceil(ranked.at(-1)?.meanRank ?? 2)) }),
        axis("", { gridIndex: 1, show: false, min: 0, max: Math.max(1, groups.length) }),
      ],
      yAxis: [
        detectorAxis(names, { splitLine: { show: true, lineStyle: { color: "@grid" } } }),
        detectorAxis(names, { gridIndex: 1, show: false }),
      ],
      series: [
        ...KINDS.map((kind, k) => ({
          type: "scatter",
          name: kind.name,
          symbolSize: 11,
          itemStyle: { color: kind.colour, opacity: 1 },
          label: { show: true, position: "right", formatter: "{@[2]}", color: "@ink", fontSize: 11 },
          data: ranked.flatMap((detector): ChartValue[] =>
            kindOf(detector) === k ? [[plotted(detector.meanRank), detector.name, detector.meanRank.toFixed(2)]] : [],
          ),
        })).filter(({ data }) => data.length > 0),
        ...groups.map((group, g) => ({
          type: "line",
          name: "not told apart",
          xAxisIndex: 1,
          yAxisIndex: 1,
          showSymbol: false,
          silent: true,
          lineStyle: { color: "@score", width: 5, cap: "round" },
          itemStyle: { color: "@score" },
          data: [group[0], group.at(-1)].map((name): ChartValue => [g + 0.5, name as string]),
        })),
      ],
    },
  };
}
