import { KernelError } from "@telltale/core";

const PAGE = 65_536;
/** What 32 bits can address, less the page behind it that nobody uses. */
const MOST_BYTES = 2 ** 32 - PAGE;
const ALIGNMENT = 16;
/** Registers that reach beyond the last number of an array read this far. */
const SLACK = 64;

/**
 * The memory of the module, handed out from its beginning for one call after the other: arrays are copied in, results copied out.
 * It grows when a call needs more and is kept for the next one.
 */
export class Workspace {
  readonly #memory: WebAssembly.Memory;
  #next = ALIGNMENT;
  #floats: Float32Array;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#floats = new Float32Array(memory.buffer);
  }

  /** Forgets all arrays. Address 0 is never given out: it stands for an array that is absent. */
  begin(): void {
    this.#next = ALIGNMENT;
  }

  /**
   * The address of room for so many numbers, whose values are whatever was there.
   *
   * @throws {@link KernelError} `KERNEL_MEMORY` when there is no more memory
   */
  place(length: number): number {
    const at = this.#next;
    const end = at + Math.ceil((length * 4) / ALIGNMENT) * ALIGNMENT;
    this.#reach(end + SLACK);
    this.#next = end;
    return at;
  }

  /** The address of zeros. */
  zeros(length: number): number {
    const at = this.place(length);
    this.fill(at, 0, length);
    return at;
  }

  /** The address of a copy. */
  copy(values: Float32Array): number {
    const at = this.place(values.length);
    this.write(at, values);
    return at;
  }

  write(at: number, values: Float32Array): void {
    this.#view().set(values, at / 4);
  }

  writeWords(at: number, values: readonly number[]): void {
    new Uint32Array(this.#memory.buffer).set(values, at / 4);
  }

  fill(at: number, value: number, length: number): void {
    this.#view().fill(value, at / 4, at / 4 + length);
  }

  /** Copies numbers from an address to the beginning of `to`. */
  read(at: number, to: Float32Array): void {
    to.set(this.#view().subarray(at / 4, at / 4 + to.length));
  }

  /** The numbers themselves, until the memory grows: take it after all is placed. */
  view(at: number, length: number): Float32Array {
    return this.#view().subarray(at / 4, at / 4 + length);
  }

  /** Growing takes the views before it away. */
  #view(): Float32Array {
    if (this.#floats.buffer !== this.#memory.buffer) this.#floats = new Float32Array(this.#memory.buffer);
    return this.#floats;
  }

  #reach(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      if (bytes > MOST_BYTES) throw new RangeError(`WebAssembly addresses ${MOST_BYTES} bytes`);
      this.#memory.grow(Math.ceil(missing / PAGE));
    } catch (cause) {
      throw new KernelError("KERNEL_MEMORY", `a network's kernel needs ${bytes} bytes of WebAssembly memory`, {
        remedy: "Take shorter windows, fewer units or fewer inputs, or run it on the C++ kernels",
        cause,
      });
    }
  }
}
