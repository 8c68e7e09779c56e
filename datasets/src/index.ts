export {
  type AnomalySeries,
  type AnomalySeriesOptions,
  anomalySeries,
  anomalySeriesName,
  anomalySeriesText,
} from "./anomaly-series/anomaly-series.js";
export { type GenerateOptions, type Generator, generator, generators } from "./generate/generators.js";
export {
  type GenerateDataOptions,
  type GeneratedData,
  type GeneratedDataOldOrder,
  type GeneratedTrainingData,
  generateData,
} from "./generate-data/generate-data.js";
export {
  type InjectedSeries,
  type Injection,
  type InjectOptions,
  injectAnomalies,
} from "./inject-anomalies/inject-anomalies.js";
export { ANOMALY_KINDS, type AnomalyKind } from "./inject-anomalies/kinds.js";
export type { DataFile, DataSet } from "./manifest/data-set.js";
export { dataSet, dataSets } from "./manifest/manifest.js";
export {
  NINE_COLUMNS,
  type NineColumnsOptions,
  type NineColumnsTable,
  nineColumns,
  nineColumnsText,
  ODD_ROWS,
  type OddRow,
} from "./nine-columns/nine-columns.js";
export { type Episode, FAULTS, type Fault } from "./pump-rig/faults.js";
export { PUMP_RIG_COLUMNS, type PumpRig, type PumpRigOptions, pumpRig } from "./pump-rig/pump-rig.js";
export { type CsvOptions, pumpRigCsv, pumpRigText } from "./pump-rig/pump-rig-csv.js";
export type { TextOptions } from "./text/text-options.js";
export {
  TRANSFORMER_COLUMNS,
  type TransformerLoad,
  type TransformerLoadOptions,
  transformerLoad,
  transformerLoadText,
} from "./transformer-load/transformer-load.js";
export { type PumpFailure, WEAR, type Wear } from "./water-pump/failures.js";
export {
  MACHINE_STATUS,
  type MachineStatus,
  WATER_PUMP_COLUMNS,
  type WaterPump,
  type WaterPumpOptions,
  waterPump,
} from "./water-pump/water-pump.js";
export { waterPumpText } from "./water-pump/water-pump-text.js";
