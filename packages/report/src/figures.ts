/** A number for people: four digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString("en");
  return String(Number(value.toPrecision(4)));
}

/** What a chart holds of a number: no more digits than a screen shows, and a gap where JSON knows no number. */
export function plotted(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
}
