import { ModelFileError, type ModelState } from "@telltale/core";

/** An array of a network that is learned, in single precision, with the gradient of the loss beside it. */
export interface Weight {
  /** As model files keep it: layer and role, `encoder.kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** True for kernels, which the penalties l1 and l2 are for; false for biases. */
  readonly penalised: boolean;
  readonly values: Float32Array;
  readonly gradient: Float32Array;
}

export function weight(
  name: string,
  shape: readonly number[],
  penalised: boolean,
  fill?: (values: Float32Array) => void,
): Weight {
  const length = shape.reduce((product, n) => product * n, 1);
  const values: Float32Array = new Float32Array(length);
  fill?.(values);
  return { name, shape, penalised, values, gradient: new Float32Array(length) };
}

/** A copy of the values by name: what a model keeps of a network. */
export function valuesOf(weights: readonly Weight[]): Record<string, Float32Array> {
  return Object.fromEntries(weights.map(({ name, values }) => [name, values.slice()]));
}

/**
 * Fills the weights of a network from what was read from a file, trusting nothing.
 *
 * @throws ModelFileError `MODEL_CORRUPT`
 */
export function restoreWeights(owner: string, weights: readonly Weight[], state: ModelState): void {
  const wrong = (what: string) =>
    new ModelFileError("MODEL_CORRUPT", `${owner}: ${what}`, { remedy: "Fit the model again" });
  for (const { name, values } of weights) {
    const found = state[name];
    if (!(found instanceof Float32Array)) throw wrong(`${name} is missing or of the wrong type`);
    if (found.length !== values.length) {
      throw wrong(`${name} has ${found.length} values; its parameters ask for ${values.length}`);
    }
    if (!found.every(Number.isFinite)) throw wrong(`a value of ${name} is not finite`);
    values.set(found);
  }
}
