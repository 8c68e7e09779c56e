export {
  type InjectedSeries,
  type Injection,
  type InjectOptions,
  injectAnomalies,
} from "./inject-anomalies/inject-anomalies.js";
export { ANOMALY_KINDS, type AnomalyKind } from "./inject-anomalies/kinds.js";
export { type Episode, FAULTS, type Fault } from "./pump-rig/faults.js";
export { PUMP_RIG_COLUMNS, type PumpRig, type PumpRigOptions, pumpRig } from "./pump-rig/pump-rig.js";
export { type CsvOptions, pumpRigCsv } from "./pump-rig/pump-rig-csv.js";
