import type { GoalResult, PeerEntry } from "../record/results.js";
import { ratio } from "../render/numbers.js";

/** A promise of the project: `ours` takes at most 1 / `atLeast` of the time of `theirs`. */
export interface RatioGoal {
  readonly ours: string;
  readonly theirs: string;
  readonly atLeast: number;
}

/** What was measured for each goal; goals whose contestants did not run are left out. */
export function judgeGoals(goals: readonly RatioGoal[], entries: readonly PeerEntry[]): GoalResult[] {
  const secondsOf = (name: string) => entries.find((entry) => entry.contestant === name)?.seconds.median;
  return goals.flatMap(({ ours, theirs, atLeast }) => {
    const [mine, other] = [secondsOf(ours), secondsOf(theirs)];
    if (mine === undefined || other === undefined) return [];
    const measured = other / mine;
    return [
      {
        what: `${ours} against ${theirs}`,
        bound: `≥ ${atLeast} ×`,
        measured: ratio(measured),
        met: measured >= atLeast,
      },
    ];
  });
}

/** A goal on memory, in MiB. */
export function judgeMemory(what: string, measuredMiB: number, limitMiB: number): GoalResult {
  return {
    what,
    bound: `≤ ${Math.round(limitMiB)} MiB`,
    measured: `${Math.round(measuredMiB)} MiB`,
    met: measuredMiB <= limitMiB,
  };
}
