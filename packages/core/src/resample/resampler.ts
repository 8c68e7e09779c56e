import { KernelError } from "../errors.js";
import { currentKernels } from "../kernels/current.js";
import {
  type Control,
  chain,
  type Kernels,
  type MaybePromise,
  promiseRun,
  type Run,
  syncRun,
} from "../kernels/kernels.js";
import type { SmoteInterpolateArgs } from "../kernels/smote.js";
import { type Matrix, matrix } from "../matrix.js";
import type { Labels } from "../metrics/inputs.js";
import { flag, int, number, type Param, type ParamSchema, type ParamValues, resolveParams } from "../params/params.js";
import { allocate, type LabelledRows, labelledRows } from "./minority.js";

/** Bytes that the given and the synthetic rows may take together. */
const MEMORY_LIMIT = 16 * 2 ** 30;

/** What every method of resampling can be told. */
export const commonParams = {
  ratio: number({
    default: 1,
    min: 0,
    exclusive: true,
    doc: "Rows of the smaller class for each row of the larger one, afterwards; 1 balances them.",
  }),
  k: int({ default: 5, min: 1, max: 100_000, doc: "Nearest rows of the same class that synthetic rows lie towards." }),
  seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same rows." }),
  scale: flag({
    default: false,
    doc: "Find neighbours on standardized columns, so that units do not decide; the rows stay in their units.",
  }),
};

export interface ResampleCallOptions {
  /** Threads to use at most; default: what the kernels choose. */
  readonly threads?: number;
  /** Kernels for this call; default: those set with `useKernels`. */
  readonly kernels?: Kernels;
}

/** The rows that were given, and after them the synthetic ones. */
export interface Resampled {
  readonly x: Matrix;
  /** 0 or 1 a row. */
  readonly y: Uint8Array;
  /** Rows that were given; those from here on are synthetic. */
  readonly givenRows: number;
  /** The label of the synthetic rows. */
  readonly minority: 0 | 1;
  /** For each synthetic row the two given rows that it lies between, from 0: the one it started from, then the other. */
  readonly parents: Int32Array;
}

/** A method of resampling with its parameters set. */
export interface Resampler {
  readonly spec: ResamplerSpec<ParamSchema>;
  readonly params: Readonly<Record<string, unknown>>;
  /** Adds rows to the smaller class; off the main thread when native kernels are there. Rejects when aborted. */
  resample(x: Matrix, y: Labels, options?: ResampleCallOptions & Control): Promise<Resampled>;
  /** The same, before it returns. */
  resampleSync(x: Matrix, y: Labels, options?: ResampleCallOptions): Resampled;
}

type Common = typeof commonParams;

export interface ResamplerSpec<S extends ParamSchema> {
  readonly name: string;
  /** One sentence, for lists and help. */
  readonly summary: string;
  readonly params: S;
}

/** How the synthetic rows are made: the inputs of the kernel, and what they mean in the user's table. */
export interface Plan
  extends Pick<SmoteInterpolateArgs, "x" | "sources" | "bases" | "neighbours" | "k" | "shares" | "halfway"> {
  /** The row of the user's table that each row of `x` is. */
  readonly numbers: Int32Array;
  /** Writes what is not interpolated. `origins` has the place in `bases` of each synthetic row. */
  finish?(synthetic: Float64Array, origins: Int32Array): void;
}

/** Parameters that are not of this method come back as an error that lists those that are. */
export function makeResampler<S extends ParamSchema & Common>(
  spec: ResamplerSpec<S>,
  given: Readonly<Record<string, unknown>>,
  plan: (rows: LabelledRows, params: ParamValues<S>, run: Run) => MaybePromise<Plan>,
): Resampler {
  const params = resolveParams(spec.params, given, spec.name);
  const { ratio, seed, scale } = params as ParamValues<Common>;
  const begin = (x: Matrix, y: Labels, run: Run): MaybePromise<Resampled> => {
    const rows = labelledRows(spec.name, x, y, ratio, scale);
    if (rows.wanted === 0) {
      const { minority } = rows;
      return { x, y: rows.y, givenRows: x.rows, minority, parents: new Int32Array(0) };
    }
    requireRoom(x.rows + rows.wanted, x.cols);
    return chain(plan(rows, params, run.within(0, 0.9)), (made) => synthesise(rows, made, seed, run.within(0.9, 1)));
  };
  return {
    spec: spec as unknown as ResamplerSpec<ParamSchema>,
    params,
    resample: async (x, y, options = {}) =>
      begin(x, y, promiseRun(options.kernels ?? currentKernels(), options.threads, options)),
    resampleSync: (x, y, options = {}) =>
      begin(x, y, syncRun(options.kernels ?? currentKernels(), options.threads)) as Resampled,
  };
}

/** Refuses before the search what would not fit after it. */
function requireRoom(rows: number, cols: number): void {
  if (rows * cols * 8 <= MEMORY_LIMIT && rows < 2 ** 31) return;
  const need = Math.ceil((rows * cols) / 2 ** 17);
  throw new KernelError("KERNEL_MEMORY", `${rows} rows of ${cols} columns need ${need} MiB`, {
    remedy: "Choose a smaller ratio, or resample fewer rows or columns",
  });
}

function synthesise(rows: LabelledRows, plan: Plan, seed: number, run: Run): MaybePromise<Resampled> {
  const { x, y, minority, wanted } = rows;
  const { cols } = x;
  const { finish, numbers, ...inputs } = plan;
  const all = allocate(x.rows + wanted, cols);
  all.set(x.data);
  const synthetic = all.subarray(x.rows * cols);
  const origins = new Int32Array(wanted);
  const towards = new Int32Array(wanted);
  const outputs = { synthetic, origins, towards };
  const { threads } = run;
  return chain(
    run.call("smoteInterpolate", { ...inputs, cols, seed, first: 0, rows: wanted, threads, ...outputs }),
    () => {
      finish?.(synthetic, origins);
      const labels = new Uint8Array(x.rows + wanted).fill(minority, x.rows);
      labels.set(y);
      const parents = new Int32Array(2 * wanted);
      for (let i = 0; i < wanted; i++) {
        parents[2 * i] = numbers[plan.bases[origins[i] as number] as number] as number;
        parents[2 * i + 1] = numbers[towards[i] as number] as number;
      }
      return {
        x: matrix(all, x.rows + wanted, cols, x.columns),
        y: labels,
        givenRows: x.rows,
        minority,
        parents,
      };
    },
  );
}

/** 0, 1, … n − 1. */
export function everyRow(n: number): Int32Array {
  const rows = new Int32Array(n);
  for (let i = 0; i < n; i++) rows[i] = i;
  return rows;
}

export const NONE = { shares: new Int32Array(0), halfway: new Uint8Array(0) } as const;

/** A whole number of neighbours, for parameters beside `k`. */
export function neighbourCount(options: { default: number; doc: string }): Param<number> {
  return int({ min: 1, max: 100_000, ...options });
}
