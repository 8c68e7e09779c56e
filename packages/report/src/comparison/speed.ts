import type { Chart, ChartValue } from "../chart.js";
import { figure, plotted } from "../figures.js";
import { axis, baseOption } from "../theme.js";
import { type ComparedDetector, type ComparedMetric, type Comparison, KINDS, kindOf } from "./comparison.js";

/** Names beside points; of more, only the best trade-offs carry one. */
const MOST_NAMES = 24;

interface Timed {
  readonly detector: ComparedDetector;
  readonly seconds: number;
  readonly quality: number;
}

/**
 * A measure against the seconds for fitting and scoring, on a logarithmic scale. The line joins the detectors that no
 * other one beats in both.
 */
export function qualitySpeedChart(comparison: Comparison, metric = comparison.metrics[0] as ComparedMetric): Chart {
  const { key, name } = metric;
  const timed: Timed[] = comparison.detectors.flatMap((detector) => {
    const seconds = (detector.fitSeconds ?? 0) + (detector.scoreSeconds ?? 0);
    const quality = detector.metrics[key];
    // Below a microsecond there is nothing to tell on a logarithmic axis.
    return quality === null || quality === undefined || !Number.isFinite(quality) || !Number.isFinite(seconds)
      ? []
      : [{ detector, seconds: Math.max(seconds, 1e-6), quality }];
  });
  const front = frontOf(timed, metric.lowerIsBetter === true);
  const named = new Set(timed.length > MOST_NAMES ? front : timed);
  return {
    name: "quality-against-speed",
    title: `${name} against time`,
    summary: `Seconds for fitting and scoring, on a logarithmic scale, and ${name}. Nothing here is both faster and better than ${front.map(({ detector }) => detector.name).join(", ") || "nothing"}.`,
    height: 440,
    data: [
      { name: "detector", values: timed.map(({ detector }) => detector.name) },
      { name: "seconds", values: timed.map(({ seconds }) => plotted(seconds)) },
      { name, values: timed.map(({ quality }) => plotted(quality)) },
      { name: "unbeaten", values: timed.map((each) => (front.includes(each) ? 1 : 0)) },
    ],
    option: {
      ...baseOption(),
      tooltip: { trigger: "item", confine: true },
      grid: { left: 64, right: 90, top: 40, bottom: 56 },
      xAxis: axis("seconds (logarithmic)", { type: "log" }),
      yAxis: axis(name, { scale: true }),
      series: [
        {
          type: "line",
          name: "unbeaten",
          showSymbol: false,
          silent: true,
          lineStyle: { color: "@muted", type: "dashed", width: 1 },
          itemStyle: { color: "@muted" },
          data: front.map(({ seconds, quality }): ChartValue => [plotted(seconds), plotted(quality)]),
        },
        ...KINDS.map((kind, k) => ({
          type: "scatter",
          name: kind.name,
          symbolSize: 10,
          itemStyle: { color: kind.colour, opacity: 1 },
          labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
          label: { show: true, position: "right", formatter: "{@[2]}", color: "@ink", fontSize: 11 },
          data: timed
            .filter(({ detector }) => kindOf(detector) === k)
            .map(
              (each): ChartValue => [
                plotted(each.seconds),
                plotted(each.quality),
                named.has(each) ? each.detector.name : "",
                each.detector.name,
              ],
            ),
        })).filter(({ data }) => data.length > 0),
      ],
    },
  };
}

/** Those that no other one beats in time and quality, fastest first. */
function frontOf(timed: readonly Timed[], lowerIsBetter: boolean): Timed[] {
  const sign = lowerIsBetter ? -1 : 1;
  const order = [...timed].sort((a, b) => a.seconds - b.seconds || sign * (b.quality - a.quality));
  const front: Timed[] = [];
  for (const each of order) {
    const last = front.at(-1);
    if (last === undefined || sign * each.quality > sign * last.quality) front.push(each);
  }
  return front;
}

/** `2 µs`, `35 ms`, `1.2 s`. */
export function secondsText(seconds: number): string {
  if (seconds < 0.001) return `${figure(seconds * 1e6)} µs`;
  return seconds < 1 ? `${figure(seconds * 1000)} ms` : `${figure(seconds)} s`;
}
