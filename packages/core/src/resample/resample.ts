import { ParamError } from "../errors.js";
import type { Control } from "../kernels/kernels.js";
import type { Matrix } from "../matrix.js";
import type { Labels } from "../metrics/inputs.js";
import { adasyn } from "./adasyn.js";
import { borderlineSmote } from "./borderline-smote.js";
import type { ResampleCallOptions, Resampled, Resampler } from "./resampler.js";
import { smote } from "./smote.js";
import { smoteNc } from "./smote-nc.js";

const METHODS = {
  smote,
  "borderline-smote": borderlineSmote,
  "smote-nc": smoteNc,
  adasyn,
} as const satisfies Record<ResampleMethod, unknown>;

export type ResampleMethod = "smote" | "borderline-smote" | "smote-nc" | "adasyn";

/** The descriptions of all methods of resampling: names, parameters and a sentence each. */
export const resamplers = Object.values(METHODS).map(({ spec }) => spec);

export interface ResampleOptions {
  /** Default: `smote`, or `smote-nc` when there are categorical columns. */
  readonly method?: ResampleMethod;
  readonly ratio?: number;
  readonly k?: number;
  readonly seed?: number;
  /** Neighbours are found on standardized columns; the synthetic rows are in the units of `x`. Default: false. */
  readonly scale?: boolean;
  /** Of `borderline-smote`. */
  readonly m?: number;
  /** Of `borderline-smote`. */
  readonly variant?: number;
  /** Of `smote-nc`: columns of categories, by position or name. */
  readonly categorical?: readonly (number | string)[];
}

/**
 * A method of resampling by name, with its parameters.
 *
 * @throws {@link ParamError} `PARAM_UNKNOWN` for a method that is not there, or a parameter that it does not have
 */
export function createResampler({ method, ...params }: ResampleOptions = {}): Resampler {
  const name = method ?? (params.categorical === undefined ? "smote" : "smote-nc");
  if (!Object.hasOwn(METHODS, name)) {
    throw new ParamError("PARAM_UNKNOWN", `there is no method of resampling "${name}"`, {
      remedy: `Methods: ${Object.keys(METHODS).join(", ")}`,
    });
  }
  // Each method takes its own parameters and refuses others by name.
  if (name === "smote-nc") return smoteNc({ categorical: [], ...params });
  return METHODS[name](params as never);
}

/**
 * Adds synthetic rows to the smaller of two classes, so that it has `ratio` rows for each row of the larger one.
 *
 * @param x  finite values
 * @param y  0 or 1 a row
 * @returns the given rows, then the synthetic ones
 * @throws {@link ParamError}, {@link DataError}: see the methods, {@link smote}, {@link borderlineSmote}, {@link smoteNc},
 *   {@link adasyn}
 * @example
 * ```ts
 * import { matrix, Random, resample } from "@telltale/core";
 * const random = new Random(1);
 * const x = matrix(Float64Array.from({ length: 220 }, (_, i) => random.normal() + (i < 200 ? 0 : 3)), 110, 2);
 * const y = Uint8Array.from({ length: 110 }, (_, i) => (i < 100 ? 0 : 1));
 * const balanced = await resample(x, y, { method: "borderline-smote", ratio: 0.5, seed: 7 });
 * console.log(balanced.x.rows, balanced.givenRows); // 150 110
 * ```
 */
export async function resample(
  x: Matrix,
  y: Labels,
  options: ResampleOptions & ResampleCallOptions & Control = {},
): Promise<Resampled> {
  const { threads, kernels, signal, progress, ...params } = options;
  const call = { threads, kernels, signal, progress } as ResampleCallOptions & Control;
  return createResampler(params).resample(x, y, call);
}

/** {@link resample} before it returns. */
export function resampleSync(x: Matrix, y: Labels, options: ResampleOptions & ResampleCallOptions = {}): Resampled {
  const { threads, kernels, ...params } = options;
  return createResampler(params).resampleSync(x, y, { threads, kernels } as ResampleCallOptions);
}
