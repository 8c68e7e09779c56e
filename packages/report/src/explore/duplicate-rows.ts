import type { ExploredColumn } from "./table.js";

/** Rows that are compared with all others before them; more would need more memory than a look at data is worth. */
const MOST_ROWS = 4_000_000;
/** Texts whose hash is remembered. */
const MOST_TEXTS = 100_000;

/**
 * Counts rows that stood before in all their values, and columns that are the same in every row, by hashes of 53 and 64
 * bits: a chance of error of 10⁻³ over a million rows.
 */
export class Duplicates {
  /** Rows that have stood before. */
  rows = 0;
  /** Rows that were looked at. */
  looked = 0;
  #table = new Float64Array(1 << 12).fill(-1);
  readonly #columns: { readonly name: string; low: number; high: number }[] = [];
  readonly #texts = new Map<string, number>();

  add(columns: readonly ExploredColumn[], rows: number): void {
    const low = new Int32Array(rows);
    const high = new Int32Array(rows);
    columns.forEach(({ name, ...column }, j) => {
      this.#columns[j] ??= { name, low: 0, high: 1 };
      const whole = this.#columns[j] as { low: number; high: number };
      const bits = this.#bits(column as ExploredColumn, rows);
      let [a, b] = [whole.low, whole.high];
      for (let i = 0; i < rows; i++) {
        const [one, two] = [bits[2 * i] as number, bits[2 * i + 1] as number];
        const first = Math.imul(one ^ (two >>> 15), 0x9e3779b1);
        const second = Math.imul(two ^ (one >>> 13), 0x85ebca6b);
        low[i] = Math.imul(((low[i] as number) << 5) ^ ((low[i] as number) >>> 27) ^ first, 0xc2b2ae35);
        high[i] = Math.imul(((high[i] as number) << 7) ^ ((high[i] as number) >>> 25) ^ second, 0x27d4eb2f);
        a = Math.imul(((a << 5) | (a >>> 27)) ^ first, 0xc2b2ae35);
        b = Math.imul(((b << 7) | (b >>> 25)) ^ second, 0x27d4eb2f);
      }
      whole.low = a;
      whole.high = b;
    });
    const most = Math.min(rows, MOST_ROWS - this.looked);
    for (let i = 0; i < most; i++) {
      if (this.#known((low[i] as number) >>> 0, ((high[i] as number) >>> 11) >>> 0)) this.rows++;
      this.looked++;
    }
  }

  /** Columns that are the same in every row, each group in the order of the table. */
  identical(): string[][] {
    const groups = new Map<string, string[]>();
    for (const { name, low, high } of this.#columns) {
      const key = `${low} ${high}`;
      groups.set(key, [...(groups.get(key) ?? []), name]);
    }
    return [...groups.values()].filter((names) => names.length > 1);
  }

  #bits(column: ExploredColumn, rows: number): Int32Array {
    if (column.type === "string") {
      const bits = new Int32Array(2 * rows);
      column.values.forEach((text, i) => {
        bits[2 * i] = text === null ? 1 : this.#hash(text);
        bits[2 * i + 1] = text === null ? 1 : text.length;
      });
      return bits;
    }
    // Adding 0 makes one zero of both, and a copy has one NaN only.
    const values = Float64Array.from(column.values, (value) => (Number.isNaN(value) ? Number.NaN : value + 0));
    return new Int32Array(values.buffer);
  }

  #hash(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    if (this.#texts.size < MOST_TEXTS) this.#texts.set(text, hash);
    return hash;
  }

  /** Whether a hash has been seen; remembers it. */
  #known(low: number, high: number): boolean {
    if (this.looked * 2 >= this.#table.length) this.#grow();
    const key = high * 0x1_0000_0000 + low;
    const place = this.#placeOf(key);
    if (this.#table[place] === key) return true;
    this.#table[place] = key;
    return false;
  }

  #placeOf(key: number): number {
    const mask = this.#table.length - 1;
    let place = (key % 0x7fff_ffff) & mask;
    while (this.#table[place] !== -1 && this.#table[place] !== key) place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Float64Array(before.length * 2).fill(-1);
    for (const key of before) if (key !== -1) this.#table[this.#placeOf(key)] = key;
  }
}
