import type { AlarmConditions, FittedThreshold, ThresholdJSON } from "@telltale/core";
import { count, number } from "./numbers.js";

/** What is flagged, for people: `score above 0.61 (quantile:0.995)`. */
export function thresholdText(threshold: FittedThreshold): string {
  const { low, scope, alarm } = threshold;
  const limits = [
    ...(threshold.threshold === Number.POSITIVE_INFINITY ? [] : [`above ${number(threshold.threshold)}`]),
    ...(low === Number.NEGATIVE_INFINITY ? [] : [`below ${number(low)}`]),
  ].join(" or ");
  // A limit that follows the stream has a state; alarms with conditions look back, too, with a limit that stays.
  const follows = scope === "series" && threshold.toJSON().state !== undefined;
  return `score ${limits}${follows ? " at first" : ""}${alarm === undefined ? "" : alarmText(alarm)} (${threshold})`;
}

/** `, in 3 of 5 rows`, and so on. */
function alarmText({ hits, of, hold, rest, guard }: AlarmConditions): string {
  const parts = [
    ...(of === 1 ? [] : [hits === of ? `in ${hits} rows running` : `in ${hits} of ${of} rows`]),
    ...(hold === 0 ? [] : [`going on for ${count(hold, "row")}`]),
    ...(rest === 0 ? [] : [`not within ${count(rest, "row")} of the alarm before`]),
    ...(guard === 0 ? [] : [`not in the first ${count(guard, "row")}`]),
  ];
  return parts.map((part) => `, ${part}`).join("");
}

/** A threshold for a program, without the numbers that it decides with inside. */
export function thresholdFacts(threshold: FittedThreshold | undefined): Omit<ThresholdJSON, "state"> | null {
  if (threshold === undefined) return null;
  const { state: _, ...facts } = threshold.toJSON();
  return facts;
}
