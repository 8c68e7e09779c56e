const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6] as const;

/** A value to so many decimals, 0 … 6, as a sensor gives it: a file holds it exactly. */
export function rounded(value: number, decimals: number): number {
  const power = POWERS[decimals] as number;
  return Math.round(value * power) / power;
}
