import { ShapeError } from "@telltale/core";
import type { Chart, ChartOption, ChartValue } from "../chart.js";
import { figure, plotted } from "../figures.js";
import { axis, baseOption } from "../theme.js";

/** What training a model reported, epoch by epoch or round by round. */
export interface LossHistory {
  /** Loss of the training rows. */
  readonly training: ArrayLike<number>;
  /** Loss of the validation rows, where some were set aside; as long as `training`. */
  readonly validation?: ArrayLike<number>;
  /** Epoch (from 1) whose weights were kept. */
  readonly kept?: number;
  /** Default: `epoch`. */
  readonly unit?: string;
  /** Name of the loss: `mean squared error`. Default: `loss`. */
  readonly loss?: string;
}

/** A ratio of losses from which on a logarithmic axis shows more. */
const WIDE = 50;

/**
 * Loss by epoch: whether training has converged, and where validation turns up again while training still falls
 * (overfitting).
 *
 * @throws ShapeError `SHAPE_EMPTY` without an epoch, `SHAPE_MISMATCH` for a validation of another length
 */
export function lossChart(history: LossHistory): Chart {
  const { training, validation, kept, unit = "epoch", loss = "loss" } = history;
  const { length } = training;
  if (length === 0) throw new ShapeError("SHAPE_EMPTY", "a loss curve needs at least one epoch; found none");
  if (validation !== undefined && validation.length !== length) {
    throw new ShapeError("SHAPE_MISMATCH", `${length} losses of validation are needed; found ${validation.length}`);
  }
  const finite = [...Array.from(training), ...Array.from(validation ?? [])].filter(Number.isFinite);
  const wide = finite.length > 0 && Math.min(...finite) > 0 && Math.max(...finite) / Math.min(...finite) > WIDE;
  const best = validation === undefined ? undefined : leastOf(validation);
  const line = (name: string, values: ArrayLike<number>, colour: string): ChartOption => ({
    type: "line",
    name,
    showSymbol: length === 1,
    lineStyle: { color: colour, width: 2 },
    itemStyle: { color: colour },
    data: Array.from(values, (value, i): ChartValue => [i + 1, plotted(value)]),
  });
  const mark: ChartOption =
    kept === undefined
      ? {}
      : {
          markLine: {
            silent: true,
            symbol: "none",
            lineStyle: { color: "@threshold", type: "dashed", width: 2 },
            label: { formatter: "kept", color: "@threshold", position: "end" },
            data: [{ xAxis: kept }],
          },
        };
  return {
    name: "loss",
    title: `Loss over ${figure(length)} ${length === 1 ? unit : `${unit}s`}`,
    summary:
      `${loss} of training fell from ${inWords(training[0])} to ${inWords(training[length - 1])}.` +
      `${best === undefined || validation === undefined ? "" : ` On validation rows it was least at ${unit} ${best + 1}: ${inWords(validation[best])}.`}` +
      `${kept === undefined ? "" : ` The weights of ${unit} ${kept} were kept.`}`,
    height: 340,
    data: [
      { name: unit, values: Array.from(training, (_, i) => i + 1) },
      { name: "training", values: Array.from(training, plotted) },
      ...(validation === undefined ? [] : [{ name: "validation", values: Array.from(validation, plotted) }]),
    ],
    option: {
      ...baseOption(),
      xAxis: axis(unit, { min: 1, max: Math.max(2, length), minInterval: 1 }),
      yAxis: axis(wide ? `${loss} (logarithmic)` : loss, {
        nameGap: 44,
        ...(wide ? { type: "log" } : { scale: true }),
      }),
      series: [
        { ...line("training", training, "@normal"), ...mark },
        ...(validation === undefined ? [] : [line("validation", validation, "@anomaly")]),
      ],
    },
  };
}

function leastOf(values: ArrayLike<number>): number {
  let least = 0;
  for (let i = 1; i < values.length; i++) {
    if ((values[i] as number) < (values[least] as number) || Number.isNaN(values[least])) least = i;
  }
  return least;
}

function inWords(value: number | undefined): string {
  return value !== undefined && Number.isFinite(value) ? figure(value) : "no number";
}
