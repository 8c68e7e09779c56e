import { alarmRows, levelShift, parseThreshold } from "@telltale/core";
import { above, type SkabEntry } from "./decision.js";

/** The detector of change points with its defaults: its alarms are the change points, its flags the rows above its limit. */
export const levelShiftAlarms: SkabEntry = {
  name: "level-shift alarms",
  kind: "detector",
  settings: "its own scores above its own limit; change points: its alarms, at least 55 rows apart",
  async decide({ train, test }, run) {
    const detector = levelShift();
    const model = await run.fit(detector as never, train);
    const rule = detector.spec.threshold?.(detector.params) as string;
    const limit = parseThreshold(rule).fit(await run.trainingScores(model, train)).threshold;
    const scores = await run.score(model, test);
    const changePoints = new Uint8Array(test.rows);
    for (const row of alarmRows(scores, { limit })) changePoints[row] = 1;
    return { scores, flags: above(scores, limit), changePoints };
  },
};
