/** How alarms are made. */
export interface PumpSettings {
  readonly name: string;
  /** Share of the variance that the principal components hold. */
  readonly share: number;
  /** Whether all components count alike. */
  readonly whiten: boolean;
  /** The rule, with its conditions of alarms, as text. */
  readonly threshold: string;
  /** Rows that the rule is fitted on: those learned from, or later ones that were held out. */
  readonly calibrated: "training" | "held-out";
}

/** What a first try looks like. */
export const FIRST_TRY: PumpSettings = {
  ...{ name: "first try", share: 0.85, whiten: false, threshold: "quantile:0.995", calibrated: "training" },
};

/** Chosen among {@link candidates} on records that nothing is reported of. */
export const CHOSEN: PumpSettings = {
  ...{ name: "chosen", share: 0.99, whiten: true, threshold: "mad:10,hits=6,hold=12,guard=24", calibrated: "held-out" },
};

/** The one and the other by a step each: what every means brings by itself. */
export const STEPS: readonly PumpSettings[] = [
  FIRST_TRY,
  { ...FIRST_TRY, name: "+ held-out threshold", calibrated: "held-out" },
  { ...FIRST_TRY, name: "+ median + 10 MAD", calibrated: "held-out", threshold: "mad:10" },
  { ...CHOSEN, name: "+ conditions of alarms", share: 0.85, whiten: false },
  { ...CHOSEN, name: "+ 99 % of the variance", whiten: false },
  CHOSEN,
];

/** What was looked through on the records of the choice. */
export function candidates(): PumpSettings[] {
  const rules = ["quantile:0.995", "mad:5", "mad:10", "mad:20"];
  const conditions = ["", ",hits=3,of=5,guard=12", ",hits=6,hold=12,guard=24", ",hits=12,hold=24,guard=24"];
  return [0.85, 0.95, 0.99].flatMap((share) =>
    [false, true].flatMap((whiten) =>
      rules.flatMap((rule) =>
        conditions.map((text): PumpSettings => {
          const threshold = `${rule}${text}`;
          const name = `${share}${whiten ? ", whitened" : ""}, ${threshold}`;
          return { name, share, whiten, threshold, calibrated: "held-out" };
        }),
      ),
    ),
  );
}
