import { ModelFileError } from "../errors.js";
import { corrupt, type NumberArray, type XgboostValue } from "./document.js";

/** Objects and arrays within each other; a model has seven levels. */
const MAX_DEPTH = 64;

/**
 * Reads a document in UBJSON (draft 12, https://ubjson.org): every type of it except high-precision numbers, arrays with
 * and without count, and typed arrays, with numbers big-endian as the format has them. Nothing is allocated that the
 * file is not long enough for.
 *
 * @throws {@link ModelFileError} `MODEL_TRUNCATED`, `MODEL_CORRUPT`
 */
export function decodeUbjson(bytes: Uint8Array): XgboostValue {
  const reader = new Reader(bytes);
  const value = reader.value(reader.marker(), 0);
  reader.end();
  return value;
}

/** Bytes of a number by its marker. */
const WIDTH: Readonly<Record<string, number>> = { i: 1, U: 1, I: 2, l: 4, L: 8, d: 4, D: 8 };

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next marker; no-ops are passed over. */
  marker(): string {
    for (;;) {
      const marker = String.fromCharCode(this.#byte());
      if (marker !== "N") return marker;
    }
  }

  end(): void {
    while (this.#at < this.#bytes.length && this.#bytes[this.#at] === 0x4e) this.#at += 1;
    if (this.#at < this.#bytes.length) {
      throw corrupt(`${this.#bytes.length - this.#at} bytes behind the end of the document`);
    }
  }

  value(marker: string, depth: number): XgboostValue {
    if (depth > MAX_DEPTH) throw corrupt(`objects within each other more than ${MAX_DEPTH} deep`);
    if (Object.hasOwn(WIDTH, marker)) return this.#number(marker);
    switch (marker) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case "S":
        return this.#text();
      case "C":
        return String.fromCharCode(this.#byte());
      case "T":
        return true;
      case "F":
        return false;
      case "Z":
        return null;
      default:
        throw this.#unknown(marker);
    }
  }

  #unknown(marker: string): ModelFileError {
    return corrupt(`byte ${this.#at}: expected a UBJSON type; found ${JSON.stringify(marker)}`);
  }

  #need(bytes: number): void {
    const left = this.#bytes.length - this.#at;
    if (bytes <= left) return;
    throw new ModelFileError(
      "MODEL_TRUNCATED",
      `the XGBoost model is cut short: expected ${bytes} more bytes at byte ${this.#at}; found ${left}`,
      { remedy: "Copy or fetch the file again" },
    );
  }

  #byte(): number {
    this.#need(1);
    return this.#bytes[this.#at++] as number;
  }

  #peek(): string {
    this.#need(1);
    return String.fromCharCode(this.#bytes[this.#at] as number);
  }

  #number(marker: string): number {
    const width = WIDTH[marker] as number;
    this.#need(width);
    const at = this.#at;
    this.#at += width;
    switch (marker) {
      case "i":
        return this.#view.getInt8(at);
      case "U":
        return this.#view.getUint8(at);
      case "I":
        return this.#view.getInt16(at);
      case "l":
        return this.#view.getInt32(at);
      case "L":
        return Number(this.#view.getBigInt64(at));
      case "d":
        return this.#view.getFloat32(at);
      default:
        return this.#view.getFloat64(at);
    }
  }

  /** A count or a length. */
  #count(): number {
    const marker = this.marker();
    if (!"iUIlL".includes(marker)) {
      throw corrupt(`byte ${this.#at}: expected an integer; found the type ${JSON.stringify(marker)}`);
    }
    const count = this.#number(marker);
    if (!(count >= 0)) throw corrupt(`byte ${this.#at}: expected a count; found ${count}`);
    return count;
  }

  #text(): string {
    const length = this.#count();
    this.#need(length);
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw corrupt(`byte ${this.#at - length}: a text that is not UTF-8`);
    }
  }

  #object(depth: number): XgboostValue {
    const object: Record<string, XgboostValue> = Object.create(null);
    const type = this.#type();
    const count = this.#optionalCount(type);
    if (count !== undefined) this.#need(count * 2); // a key has a length and a value a type, or is one
    for (let i = 0; i !== count; i++) {
      if (count === undefined && this.#closes("}")) break;
      const key = this.#text();
      object[key] = this.value(type ?? this.marker(), depth + 1);
    }
    return object;
  }

  #array(depth: number): XgboostValue {
    const type = this.#type();
    const count = this.#optionalCount(type);
    if (type !== undefined && count !== undefined && Object.hasOwn(WIDTH, type)) return this.#numbers(type, count);
    if (count !== undefined) {
      // Elements of no width would let nine bytes ask for any amount of memory.
      if (type !== undefined && "ZTFN".includes(type)) throw this.#unknown(type);
      this.#need(count);
    }
    const items: XgboostValue[] = [];
    for (let i = 0; i !== count; i++) {
      if (count === undefined && this.#closes("]")) break;
      items.push(this.value(type ?? this.marker(), depth + 1));
    }
    return items;
  }

  #type(): string | undefined {
    if (this.#peek() !== "$") return undefined;
    this.#at += 1;
    return String.fromCharCode(this.#byte());
  }

  #optionalCount(type: string | undefined): number | undefined {
    if (this.#peek() === "#") {
      this.#at += 1;
      return this.#count();
    }
    if (type !== undefined) throw corrupt(`byte ${this.#at}: a typed container without a count`);
    return undefined;
  }

  #closes(end: string): boolean {
    while (this.#peek() === "N") this.#at += 1;
    if (this.#peek() !== end) return false;
    this.#at += 1;
    return true;
  }

  #numbers(type: string, count: number): NumberArray {
    this.#need(count * (WIDTH[type] as number));
    if (type === "U") {
      this.#at += count;
      return this.#bytes.slice(this.#at - count, this.#at);
    }
    const numbers = new (type === "d" ? Float32Array : "iIl".includes(type) ? Int32Array : Float64Array)(count);
    for (let i = 0; i < count; i++) numbers[i] = this.#number(type);
    return numbers;
  }
}
