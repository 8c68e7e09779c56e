import {
  confusion,
  f1,
  leadTime,
  type Matrix,
  matrix,
  missing,
  precision,
  quantile,
  recall,
  rowRange,
  scale,
} from "@telltale/core";
import { type WaterPumpOptions, waterPump } from "@telltale/datasets";
import { lstmSeq2seq } from "@telltale/deep";
import { principalComponents, project } from "./principal-components.js";

/** Rows of a minute that make one of the study. */
const MINUTES = 5;
/** Columns that miss more of the training rows are left out. */
const MOST_MISSING = 0.2;
const VARIANCE = 0.85;
/** Rows before a breakdown in which an alarm is a warning: a day. */
const HORIZON = 1440 / MINUTES;
const LIMIT = 0.995;

export interface PumpResult {
  readonly seed: number;
  readonly columns: number;
  readonly components: number;
  readonly trainedRows: number;
  readonly testedRows: number;
  /** Rows that are announced, BROKEN or RECOVERING. */
  readonly support: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly failures: number;
  readonly warned: number;
  /** Minutes from the first alarm within a day before BROKEN; null where there was none. */
  readonly leadMinutes: readonly (number | null)[];
  /** Alarms that are none, and the share of quiet rows that are flagged. */
  readonly falseAlarms: number;
  readonly falseAlarmRate: number;
}

const rounded = (value: number) => Number(value.toPrecision(5));

/**
 * A pump with 52 sensors: gaps filled, the columns that have values, standardized and projected on their principal components, to an LSTM
 * encoder and decoder that has seen the rows before the first breakdown is announced; the rest of the record is judged.
 */
export async function pumpStudy(options: WaterPumpOptions & { readonly epochs: number }): Promise<PumpResult> {
  const { epochs, seed = 0, ...more } = options;
  const pump = waterPump({ seed, ...more });
  const rows = Math.floor(pump.matrix.rows / MINUTES);
  const at = (minute: number) => Math.floor(minute / MINUTES);
  const trained = at((pump.failures[0]?.announced ?? pump.matrix.rows / 2) - 1);
  const thinned = matrix(
    Float64Array.from({ length: rows * pump.matrix.cols }, (_, i) => {
      const row = Math.floor(i / pump.matrix.cols) * MINUTES;
      return pump.matrix.data[row * pump.matrix.cols + (i % pump.matrix.cols)] as number;
    }),
    rows,
    pump.matrix.cols,
  );
  const kept = withValues(thinned, trained);
  const fill = missing({ policy: "mean" }).fit(rowRange(kept, 0, trained));
  const standard = scale({ method: "standard" }).fit(fill.transform(rowRange(kept, 0, trained)));
  const all = standard.transform(fill.transform(kept));
  const projection = principalComponents(rowRange(all, 0, trained), VARIANCE);
  const components = project(all, projection);
  const known = rowRange(components, 0, trained);
  const model = await lstmSeq2seq({ window: 12, units: 32, epochs, batch: 32, rate: 0.003, seed }).fit(known);
  const limit = quantile(LIMIT).fit(await model.score(known)).threshold;
  const scores = await model.score(rowRange(components, trained, rows));
  const flags = Uint8Array.from(scores, (score) => (score > limit ? 1 : 0));
  const during = (from: "announced" | "broken", to: "broken" | "recovered") =>
    Uint8Array.from({ length: rows - trained }, (_, i) =>
      pump.failures.some(
        (failure) => at(failure[from]) <= i + trained && i + trained < Math.max(at(failure[to]), at(failure[from]) + 1),
      )
        ? 1
        : 0,
    );
  const counts = confusion(during("announced", "recovered"), flags);
  const broken = Uint8Array.from({ length: rows - trained }, (_, i) =>
    pump.failures.some((failure) => at(failure.broken) === i + trained) ? 1 : 0,
  );
  const warned = leadTime(broken, flags, {
    horizon: HORIZON,
    ignore: during("broken", "recovered").map((v, i) => (broken[i] === 1 ? 0 : v)),
  });
  return {
    ...{
      seed,
      columns: kept.cols,
      components: projection.components,
      trainedRows: trained,
      testedRows: rows - trained,
    },
    support: counts.tp + counts.fn,
    ...{ precision: rounded(precision(counts)), recall: rounded(recall(counts)), f1: rounded(f1(counts)) },
    ...{ failures: warned.failures, warned: warned.warned },
    leadMinutes: Array.from(warned.leads, (lead) => (Number.isNaN(lead) ? null : lead * MINUTES)),
    ...{ falseAlarms: warned.falseAlarms, falseAlarmRate: rounded(warned.falseAlarmRate) },
  };
}

function withValues(x: Matrix, trained: number): Matrix {
  const columns = Array.from({ length: x.cols }, (_, j) => j).filter((j) => {
    let gone = 0;
    for (let i = 0; i < trained; i++) if (Number.isNaN(x.data[i * x.cols + j] as number)) gone += 1;
    return gone <= MOST_MISSING * trained;
  });
  const data = new Float64Array(x.rows * columns.length);
  for (let i = 0; i < data.length; i++) {
    const [row, k] = [Math.floor(i / columns.length), i % columns.length];
    data[i] = x.data[row * x.cols + (columns[k] as number)] as number;
  }
  return matrix(data, x.rows, columns.length);
}
