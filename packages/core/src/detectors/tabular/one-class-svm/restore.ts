import { ModelFileError } from "../../../errors.js";
import type { ModelState, StateValue } from "../../detector.js";
import type { Machine, SvmParams } from "./state.js";

/**
 * A machine read from a file, every length checked.
 *
 * @throws {@link ModelFileError} `MODEL_CORRUPT`
 */
export function restoreMachine(state: ModelState, params: SvmParams, cols: number): Machine {
  const gamma = positive(state.gamma, "gamma");
  const offset = finite(state.offset, "offset");
  const { converged, iterations } = state;
  if (typeof converged !== "boolean") throw wrong("converged is not true or false");
  if (typeof iterations !== "number" || !Number.isSafeInteger(iterations) || iterations < 0) {
    throw wrong("iterations is not a number of iterations");
  }
  if (state.solver === "exact") {
    const coefficients = doubles(state.coefficients, "coefficients");
    const vectors = doubles(state.vectors, "vectors");
    if (coefficients.length === 0) throw wrong("there is no support vector");
    if (vectors.length !== coefficients.length * cols) throw wrong("there are not as many vectors as coefficients");
    return { solver: "exact", gamma, vectors, coefficients, offset, converged, iterations };
  }
  if (state.solver !== "sgd") throw wrong("its solver is unknown");
  const [frequencies, phases, weights] = [
    doubles(state.frequencies, "frequencies"),
    doubles(state.phases, "phases"),
    doubles(state.weights, "weights"),
  ];
  const linear = params.kernel === "linear";
  if (linear ? phases.length > 0 : phases.length === 0) throw wrong("its features are not those of its kernel");
  if (weights.length !== (linear ? cols : phases.length) || frequencies.length !== phases.length * cols) {
    throw wrong("array lengths do not fit together");
  }
  const scale = positive(state.scale, "scale");
  return { solver: "sgd", gamma, frequencies, phases, weights, offset, scale, converged, iterations };
}

function wrong(what: string): ModelFileError {
  return new ModelFileError("MODEL_CORRUPT", `one-class-svm: ${what}`, { remedy: "Fit the model again" });
}

function doubles(value: StateValue | undefined, name: string): Float64Array {
  if (!(value instanceof Float64Array)) throw wrong(`${name} are missing or of the wrong type`);
  const bad = value.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw wrong(`${name}: value ${bad} is not finite`);
  return value;
}

function finite(value: StateValue | undefined, name: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrong(`${name} is not a finite number`);
  return value;
}

function positive(value: StateValue | undefined, name: string): number {
  const found = finite(value, name);
  if (!(found > 0)) throw wrong(`${name} is not positive`);
  return found;
}
