export { type AlarmOptions, Alarms, alarmRows } from "./alarms.js";
export { changePointsFromFlags } from "./from-flags.js";
export { type PeltOptions, pelt, type SegmentCost } from "./pelt.js";
