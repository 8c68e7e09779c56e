/** Three significant digits: `0.00512`, `51.2`, `5120`. */
export function three(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Math.abs(Number(value.toPrecision(3)));
  const digits = rounded === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(rounded)));
  return value.toFixed(Math.min(digits, 12));
}

const SCALES = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** `24.3 M`, `512 k`, `87.0`. */
export function scaled(value: number): string {
  const scale = SCALES.find(([size]) => value >= size * 0.9995);
  return scale === undefined ? three(value) : `${three(value / scale[0])} ${scale[1]}`;
}

/** `12.3 ms`, `4.56 s`, `789 µs`. */
export function duration(seconds: number): string {
  if (seconds >= 1) return `${three(seconds)} s`;
  if (seconds >= 1e-3) return `${three(seconds * 1e3)} ms`;
  return `${three(seconds * 1e6)} µs`;
}

/** `57.2 ×`. */
export function ratio(value: number): string {
  return `${three(value)} ×`;
}
