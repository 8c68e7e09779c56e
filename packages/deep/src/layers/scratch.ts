/**
 * Working arrays that are used again in every step: new ones of some megabytes would cost as much as what is computed in them.
 * What an array holds at first is left over from before.
 */
export class Scratch {
  readonly #arrays = new Map<string, Float32Array>();

  floats(name: string, length: number): Float32Array {
    const found = this.#arrays.get(name);
    if (found !== undefined && found.length >= length) return found.subarray(0, length);
    const made = new Float32Array(length);
    this.#arrays.set(name, made);
    return made;
  }
}

export const NO_FLOATS: Float32Array = new Float32Array(0);
