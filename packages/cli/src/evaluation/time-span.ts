import { InvalidArgumentError } from "commander";

/** A span as it was typed: a number of rows or of the time column's own unit, or seconds when a unit was named. */
export interface Span {
  readonly text: string;
  readonly value: number;
  /** Whether `value` is in seconds. */
  readonly seconds: boolean;
}

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60, h: 3600, d: 86_400 };

/** Reads `90`, `90s`, `15min`, `24h`, `7d`. */
export function span(text: string): Span {
  const [, digits, unit = ""] = /^(\d+\.?\d*|\.\d+)\s*([a-z]*)$/.exec(text.trim()) ?? [];
  const value = Number(digits);
  if (digits !== undefined && value > 0 && (unit === "" || Object.hasOwn(SECONDS, unit))) {
    return { text, value: value * (SECONDS[unit] ?? 1), seconds: unit !== "" };
  }
  throw new InvalidArgumentError("Expected a number above 0, alone or with ms, s, min, h or d, as in 90s or 24h.");
}
