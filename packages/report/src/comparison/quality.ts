import type { Chart, ChartOption, ChartValue } from "../chart.js";
import { figure, plotted } from "../figures.js";
import { axis, baseOption } from "../theme.js";
import { bestFirst, type ComparedMetric, type Comparison, KINDS, kindOf } from "./comparison.js";

const ROW = 24;
/** Pixels for names of detectors; a longer name is cut. */
export const NAME_WIDTH = 190;

/** An axis of detectors, best at the top. */
export function detectorAxis(names: readonly string[], more: ChartOption = {}): ChartOption {
  return axis("", {
    type: "category",
    inverse: true,
    data: names,
    axisTick: { show: false },
    axisLabel: { color: "@ink", interval: 0, width: NAME_WIDTH - 16, overflow: "truncate" },
    splitLine: { show: false },
    ...more,
  });
}

/** Height of a picture with a row for each detector. */
export function heightOf(rows: number, around = 116): number {
  return Math.max(220, around + rows * ROW);
}

/**
 * A measure of every detector as bars, best first, with its standard deviation where it is known. Controls, and detectors
 * that learned from labels, have colours of their own.
 *
 * @param metric  one of the comparison's; default the first
 */
export function qualityChart(comparison: Comparison, metric = comparison.metrics[0] as ComparedMetric): Chart {
  const { key, name } = metric;
  const shown = bestFirst(comparison.detectors, metric).filter(({ metrics }) => Number.isFinite(metrics[key] ?? NaN));
  const values = shown.map(({ metrics }) => metrics[key] as number);
  const spreads = shown.map(({ deviations }) => deviations?.[key] ?? null);
  const names = shown.map((detector) => detector.name);
  const [best] = shown;
  const failed = comparison.detectors.length - shown.length;
  const whiskers = spreads.flatMap((spread, i) => (spread === null ? [] : [{ i, spread }]));
  return {
    name: `quality-${key.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`,
    title: `${name} of ${figure(shown.length)} detectors`,
    summary:
      `${best === undefined ? "No detector has a value." : `${best.name} reaches ${figure(values[0] as number)}, the ${metric.lowerIsBetter ? "lowest" : "highest"} ${name}.`}` +
      `${whiskers.length > 0 ? " Whiskers are one standard deviation over the runs." : ""}` +
      `${metric.oracle ? " Labels chose the threshold: an upper limit, not a result." : ""}` +
      `${failed > 0 ? ` ${figure(failed)} without a result ${failed === 1 ? "is" : "are"} left out.` : ""}`,
    height: heightOf(shown.length),
    data: [
      { name: "detector", values: names },
      { name, values: values.map(plotted) },
      { name: "standard deviation", values: spreads.map((spread) => (spread === null ? null : plotted(spread))) },
    ],
    option: {
      ...baseOption(),
      grid: { left: NAME_WIDTH, right: 64, top: 40, bottom: 56 },
      tooltip: { trigger: "item", confine: true },
      xAxis: axis(name, { min: Math.min(0, ...values) }),
      yAxis: detectorAxis(names),
      series: [
        ...KINDS.map((kind, k) => ({
          type: "bar",
          name: kind.name,
          stack: "kinds",
          barWidth: 13,
          itemStyle: { color: kind.colour },
          label: { show: true, position: "insideLeft", color: "@background", fontSize: 10, fontWeight: "bold" },
          data: shown.map((detector, i) =>
            kindOf(detector) === k ? plotted(Number((values[i] as number).toFixed(4))) : null,
          ),
        })).filter(({ data }) => data.some((value) => value !== null)),
        ...whiskers.map(({ i, spread }) => ({
          type: "line",
          name: "standard deviation",
          symbol: ["none"],
          showSymbol: false,
          silent: true,
          lineStyle: { color: "@ink", width: 1.5 },
          itemStyle: { color: "@ink" },
          data: [-1, 1].map((side): ChartValue => [plotted((values[i] as number) + side * spread), names[i] as string]),
        })),
      ],
    },
  };
}
