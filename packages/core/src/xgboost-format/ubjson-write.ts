import type { XgboostValue } from "./document.js";

/**
 * Writes a document as UBJSON in the dialect of XGBoost: counted arrays, typed arrays for numbers, lengths as 64-bit
 * integers.
 */
export function encodeUbjson(value: XgboostValue): Uint8Array {
  const writer = new Writer();
  writer.value(value);
  return writer.bytes();
}

class Writer {
  #buffer = new Uint8Array(1 << 16);
  #view = new DataView(this.#buffer.buffer);
  #at = 0;

  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#at);
  }

  value(value: XgboostValue): void {
    if (value === null) this.#marker("Z");
    else if (typeof value === "boolean") this.#marker(value ? "T" : "F");
    else if (typeof value === "number") this.#number(value);
    else if (typeof value === "string") {
      this.#marker("S");
      this.#text(value);
    } else if (ArrayBuffer.isView(value)) this.#numbers(value as Float32Array | Float64Array | Int32Array | Uint8Array);
    else if (Array.isArray(value)) {
      this.#marker("[");
      this.#marker("#");
      this.#length(value.length);
      for (const item of value) this.value(item);
    } else {
      this.#marker("{");
      for (const [key, item] of Object.entries(value)) {
        this.#text(key);
        this.value(item);
      }
      this.#marker("}");
    }
  }

  #room(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    if (this.#at > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(this.#at, 2 * this.#buffer.length));
      grown.set(this.#buffer);
      this.#buffer = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }

  #marker(marker: string): void {
    const at = this.#room(1);
    this.#buffer[at] = marker.charCodeAt(0);
  }

  #length(length: number): void {
    this.#marker("L");
    const at = this.#room(8);
    this.#view.setBigInt64(at, BigInt(length));
  }

  #text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#length(bytes.length);
    const at = this.#room(bytes.length);
    this.#buffer.set(bytes, at);
  }

  #number(value: number): void {
    if (Number.isInteger(value) && value >= -128 && value <= 127) {
      this.#marker("i");
      const at = this.#room(1);
      this.#view.setInt8(at, value);
    } else if (value === (value | 0)) {
      this.#marker("l");
      const at = this.#room(4);
      this.#view.setInt32(at, value);
    } else {
      this.#marker("d");
      const at = this.#room(4);
      this.#view.setFloat32(at, value);
    }
  }

  /** Float64Array stands for 64-bit integers: XGBoost has no other numbers of that width. */
  #numbers(values: Float32Array | Float64Array | Int32Array | Uint8Array): void {
    const marker =
      values instanceof Float32Array
        ? "d"
        : values instanceof Int32Array
          ? "l"
          : values instanceof Uint8Array
            ? "U"
            : "L";
    for (const each of ["[", "$", marker, "#"]) this.#marker(each);
    this.#length(values.length);
    const width = values.BYTES_PER_ELEMENT;
    const from = this.#room(values.length * width);
    for (let i = 0; i < values.length; i++) {
      const at = from + i * width;
      const value = values[i] as number;
      if (marker === "d") this.#view.setFloat32(at, value);
      else if (marker === "l") this.#view.setInt32(at, value);
      else if (marker === "U") this.#buffer[at] = value;
      else this.#view.setBigInt64(at, BigInt(value));
    }
  }
}
