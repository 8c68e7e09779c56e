import { ParamError } from "../errors.js";
import { type AlarmConditions, AlarmFilter, alarmConditions, conditionsText } from "./alarm-conditions.js";
import type { FittedThreshold } from "./fitted.js";
import type { Threshold } from "./threshold.js";

/**
 * A rule whose flags are alarms as an operator would have them: only when several rows in a row (or `hits` of the latest
 * `of`) are beyond the limit, going on for `hold` rows after that (an off-delay, so that an alarm which flickers is one),
 * none within `rest` rows of the end of the one before (a refractory time), and none in the first `guard` rows of a series, as
 * after a restart.
 *
 * The limit itself is found as without conditions. Flags depend on the earlier scores of their series (scope `series`), and
 * never on later ones: an alarm is raised in the row in which its condition is met. A row without a score counts as no row.
 *
 * @throws {@link ParamError} `PARAM_RANGE` for conditions that can never be met, or a rule that decides about all rows together
 * @see ANSI/ISA-18.2, "Management of alarm systems for the process industries": on-delay and off-delay
 * @example
 * ```ts
 * import { fixed, persistent } from "@telltale/core";
 * const rule = persistent(fixed(5), { hits: 2, of: 3, hold: 1 }).fit(new Float64Array(0));
 * console.log([...rule.apply(Float64Array.of(9, 0, 0, 9, 0, 9, 0, 0, 0))]); // [0, 0, 0, 0, 0, 1, 1, 0, 0]
 * console.log(String(rule)); // fixed:5,hits=2,of=3,hold=1
 * ```
 */
export function persistent(rule: Threshold, given: Partial<AlarmConditions>): Threshold {
  const conditions = alarmConditions(given, `threshold ${rule}`);
  if (conditions === undefined) return rule;
  if (rule.scope === "batch") {
    throw new ParamError(
      "PARAM_RANGE",
      `threshold ${rule} decides about all rows together, so none of them is the next`,
      {
        remedy: "Leave the conditions of alarms out, or take another rule",
      },
    );
  }
  const text = `${rule}${conditionsText(conditions)}`;
  return {
    ...rule,
    scope: "series",
    alarm: conditions,
    fit: (scores, options) => persistentFitted(rule.fit(scores, options), conditions),
    toString: () => text,
  };
}

/** A fitted threshold with conditions that have been checked. */
export function persistentFitted(threshold: FittedThreshold, alarm: AlarmConditions): FittedThreshold {
  const text = `${threshold}${conditionsText(alarm)}`;
  return Object.freeze({
    ...threshold,
    scope: "series" as const,
    alarm: Object.freeze(alarm),
    apply: (scores: Float64Array, options) => new AlarmFilter(alarm).push(threshold.apply(scores, options)),
    open() {
      const [stream, filter] = [threshold.open(), new AlarmFilter(alarm)];
      return { push: (scores: Float64Array) => filter.push(stream.push(scores)) };
    },
    toJSON: () => ({ ...threshold.toJSON(), alarm }),
    toString: () => text,
  } satisfies FittedThreshold);
}
