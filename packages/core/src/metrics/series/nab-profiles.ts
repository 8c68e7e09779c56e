import { DataError, ParamError } from "../../errors.js";
import type { Episode } from "./events.js";

/** What an alarm in a window earns, and what a false alarm and a missed window cost; all at least 0. */
export interface NabWeights {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

/** NAB's application profiles: balanced, with dear false alarms, with dear misses. */
export type NabProfile = "standard" | "lowFalsePositives" | "lowFalseNegatives";

/** The weights of the three profiles. */
export const nabProfiles: Readonly<Record<NabProfile, NabWeights>> = {
  standard: { truePositive: 1, falsePositive: 0.11, falseNegative: 1 },
  lowFalsePositives: { truePositive: 1, falsePositive: 0.22, falseNegative: 1 },
  lowFalseNegatives: { truePositive: 1, falsePositive: 0.11, falseNegative: 2 },
};

/** @throws {@link ParamError} `PARAM_RANGE` */
export function weightsOf(profile: NabProfile | NabWeights): NabWeights {
  if (typeof profile === "string") {
    const known = Object.hasOwn(nabProfiles, profile) ? nabProfiles[profile] : undefined;
    if (known !== undefined) return known;
    throw new ParamError(
      "PARAM_RANGE",
      `profile: expected one of ${Object.keys(nabProfiles).join(", ")}; found ${profile}`,
    );
  }
  const { truePositive, falsePositive, falseNegative } = profile;
  const fine = [truePositive, falsePositive, falseNegative].every((weight) => weight >= 0 && Number.isFinite(weight));
  if (fine && truePositive + falseNegative > 0) return profile;
  throw new ParamError("PARAM_RANGE", "profile: three finite weights of at least 0, of which a hit or a miss counts");
}

/** @throws {@link ParamError} `PARAM_RANGE` unless the windows ascend, do not overlap and lie inside the rows */
export function checkWindows(windows: readonly Episode[], rows: number): void {
  let before = 0;
  for (const { start, end } of windows) {
    if (Number.isInteger(start) && Number.isInteger(end) && start >= before && end > start && end <= rows) {
      before = end;
      continue;
    }
    throw new ParamError(
      "PARAM_RANGE",
      `windows: expected ranges of rows that ascend, do not overlap and end by ${rows}; found ${start} to ${end}`,
    );
  }
}

/** The error for a corpus in which nothing could have been found. */
export function noWindow(measure: string): DataError {
  return new DataError("DATA_ONE_CLASS", `${measure} needs at least one anomaly outside the probation; found none`, {
    remedy: "Add a series with one, or shorten the probation",
  });
}
