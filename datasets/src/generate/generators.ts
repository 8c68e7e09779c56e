import { ParamError } from "@telltale/core";
import { anomalySeries, anomalySeriesText } from "../anomaly-series/anomaly-series.js";
import { generateData } from "../generate-data/generate-data.js";
import { nineColumns, nineColumnsText } from "../nine-columns/nine-columns.js";
import { pumpRig } from "../pump-rig/pump-rig.js";
import { pumpRigText } from "../pump-rig/pump-rig-csv.js";
import { csvText, matrixColumns } from "../text/csv-text.js";
import { transformerLoad, transformerLoadText } from "../transformer-load/transformer-load.js";
import { waterPump } from "../water-pump/water-pump.js";
import { waterPumpText } from "../water-pump/water-pump-text.js";

export interface GenerateOptions {
  readonly seed: number;
  /** Default: the generator's own. */
  readonly rows?: number | undefined;
  /** Nothing goes wrong: rows to learn from. */
  readonly healthy?: boolean | undefined;
}

/** A generator by name, for programs that offer all of them. */
export interface Generator {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** Rows that are made when their number is not given. */
  readonly rows: number;
  readonly columns: string;
  /** What a label means. */
  readonly label: string;
  /** The text of a CSV file, a piece at a time. @throws `ParamError` `PARAM_RANGE`, `PARAM_TYPE` */
  text(options: GenerateOptions): Iterable<string>;
}

/** The generators, by name. */
export const generators: readonly Generator[] = [
  {
    name: "pump-rig",
    aliases: ["rig"],
    summary: "A pump rig with eight sensors, one row a second, and four kinds of fault; in the form of SKAB.",
    rows: 4000,
    columns: "datetime; eight sensors; anomaly, changepoint, fault",
    label: "anomaly: 1 while a fault is there; changepoint: 1 where one begins or ends; fault: which one.",
    text: ({ seed, rows, healthy }) =>
      pumpRigText(pumpRig({ seed, ...rowsOf(rows), ...(healthy ? { faults: [] } : {}) })),
  },
  {
    name: "water-pump",
    aliases: ["kaggle-pump", "pump-kaggle"],
    summary: "A water pump with 52 sensors, one row a minute, gaps, and breakdowns that announce themselves.",
    rows: 22_032,
    columns: "a row number under an empty header cell; timestamp; sensor_00 … sensor_51; machine_status",
    label: "machine_status: NORMAL, BROKEN or RECOVERING.",
    text: ({ seed, rows, healthy }) =>
      waterPumpText(waterPump({ seed, ...rowsOf(rows), ...(healthy ? { failures: 0 } : {}) })),
  },
  {
    name: "transformer-load",
    aliases: ["ett-like"],
    summary: "Hourly loads and oil temperature of a transformer; in the form of ETTh2.",
    rows: 17_420,
    columns: "date; HUFL, HULL, MUFL, MULL, LUFL, LULL, OT",
    label: "There are no labels.",
    text: ({ seed, rows }) => transformerLoadText(transformerLoad({ seed, ...rowsOf(rows) })),
  },
  {
    name: "nine-columns",
    aliases: [],
    summary: "A table of nine inputs on a curved surface of two hidden quantities, with three kinds of odd rows.",
    rows: 5000,
    columns: "x1 … x9; response",
    label: "response: 1 = anomalous.",
    text: ({ seed, rows, healthy }) =>
      nineColumnsText(nineColumns({ seed, ...rowsOf(rows), ...(healthy ? { rate: 0 } : {}) })),
  },
  {
    name: "anomaly-series",
    aliases: ["tsb-like"],
    summary:
      "One sensor with a cycle, and one anomaly of each of eleven kinds in its last two thirds; in the form of TSB-AD.",
    rows: 6000,
    columns: "value, Label",
    label: "Label: 1 = anomaly.",
    text: ({ seed, rows, healthy }) =>
      anomalySeriesText(anomalySeries({ seed, ...rowsOf(rows), ...(healthy ? { count: 0 } : {}) })),
  },
  {
    name: "gaussian-outliers",
    aliases: ["pyod", "generate-data"],
    summary:
      "A round cloud of normal rows, and a tenth of outliers from a box around it; as PyOD's generate_data makes them.",
    rows: 1000,
    columns: "x0 … x4; label",
    label: "label: 1 = outlier.",
    text: ({ seed, rows = 1000, healthy }) => outliersText(seed, rows, healthy === true ? 0 : 0.1),
  },
];

function outliersText(randomState: number, nTrain: number, contamination: number): Iterable<string> {
  const nFeatures = 5;
  const [x, y] = generateData({ nTrain, nFeatures, contamination, randomState, trainOnly: true });
  const names = Array.from({ length: nFeatures }, (_, j) => `x${j}`);
  const columns = [...matrixColumns(x.data, nFeatures, names), { name: "label", cell: (i: number) => y[i] }];
  return csvText(columns, 0, nTrain, { delimiter: ",", lineEnd: "\n" });
}

/** The generator of that name or alias. @throws `ParamError` `PARAM_RANGE`, with the names there are */
export function generator(name: string): Generator {
  const wanted = name.toLowerCase();
  const found = generators.find((each) => each.name === wanted || each.aliases.includes(wanted));
  if (found !== undefined) return found;
  throw new ParamError("PARAM_RANGE", `there is no generator "${name}"`, {
    remedy: `There are ${generators.map((each) => each.name).join(", ")}`,
  });
}

function rowsOf(rows: number | undefined): { rows?: number } {
  return rows === undefined ? {} : { rows };
}
