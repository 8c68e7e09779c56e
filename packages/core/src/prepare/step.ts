import { ModelFileError, ShapeError } from "../errors.js";
import type { Matrix } from "../matrix.js";
import { stackRows } from "../matrix.js";
import type { PlainState } from "../model-format/description.js";
import { type ParamSchema, type ParamValues, resolveParams } from "../params/params.js";
import type { Batch, OutputColumns } from "./batch.js";

/**
 * What a step does about a kind of value that not every detector takes: `settles`: none comes out; `keeps`: they pass on
 * purpose; `makes`: others are turned into it. Absent: says nothing.
 */
export type Verdict = "settles" | "keeps" | "makes" | undefined;

/** A step's memory of one series: rows go in in order, in chunks of any size. */
export interface StepStream {
  /** The same batch when nothing changes; never changes its input. */
  push(batch: Batch): Batch;
}

export interface StepSpec<S extends ParamSchema, T extends PlainState> {
  /** Stable, kebab-case. */
  readonly name: string;
  /** One sentence, for help. */
  readonly summary: string;
  readonly params: S;
  /** True when values and rows pass unchanged, though they may be checked. */
  identity(params: ParamValues<S>): boolean;
  missing?(params: ParamValues<S>): Verdict;
  infinite?(params: ParamValues<S>): Verdict;
  /** Learns from whole series, at least one row in all. */
  fit(series: readonly Batch[], params: ParamValues<S>): T;
  output(cols: number, columns: readonly string[] | undefined, params: ParamValues<S>, state: T): OutputColumns;
  open(state: T, params: ParamValues<S>, output: OutputColumns): StepStream;
  /** Checks a state read from a file; throws {@link ModelFileError}. */
  restore(state: PlainState, params: ParamValues<S>, cols: number): T;
}

/** A step of preparation with its parameters set, not yet fitted. */
export interface Step<S extends ParamSchema = ParamSchema, T extends PlainState = PlainState> {
  readonly spec: StepSpec<S, T>;
  readonly params: ParamValues<S>;
  /**
   * Learns from training rows.
   *
   * @param x  rows × cols, or several such matrices of the same columns: separate series, which no window spans
   * @throws {@link ShapeError} `SHAPE_EMPTY` without a row · {@link DataError} as the step says
   */
  fit(x: Matrix | readonly Matrix[]): FittedStep<S, T>;
}

/** A fitted step; it never changes. */
export interface FittedStep<S extends ParamSchema = ParamSchema, T extends PlainState = PlainState> {
  readonly spec: StepSpec<S, T>;
  readonly params: ParamValues<S>;
  readonly state: T;
  /** Columns that go in. */
  readonly cols: number;
  readonly columns: readonly string[] | undefined;
  /** Columns that come out. */
  readonly output: OutputColumns;
  readonly identity: boolean;
  /** Begins a new series. */
  open(): StepStream;
  /** Transforms one whole series; dropped rows are absent from the result. The input is not changed. */
  transform(x: Matrix): Matrix;
}

/** The function that a user calls: parameters in, unfitted step out. */
export interface StepFactory<S extends ParamSchema = ParamSchema, T extends PlainState = PlainState> {
  (params?: Partial<ParamValues<S>>): Step<S, T>;
  readonly spec: StepSpec<S, T>;
}

/** Makes the public factory of a step from its description. */
export function defineStep<const S extends ParamSchema, T extends PlainState>(spec: StepSpec<S, T>): StepFactory<S, T> {
  const create = (given: Partial<ParamValues<S>> = {}): Step<S, T> => {
    const params = resolveParams(spec.params, given, `step ${spec.name}`);
    return {
      spec,
      params,
      fit(x) {
        const parts = Array.isArray(x) ? (x as readonly Matrix[]) : [x as Matrix];
        return fitStep(
          { spec, params },
          parts.map((part) => ({ x: part, firstRow: 1 })),
        );
      },
    };
  };
  return Object.assign(create, { spec });
}

/** Fits a step on whole series. */
export function fitStep<S extends ParamSchema, T extends PlainState>(
  { spec, params }: Pick<Step<S, T>, "spec" | "params">,
  series: readonly Batch[],
): FittedStep<S, T> {
  const first = series.find(({ x }) => x.rows > 0)?.x;
  if (first === undefined) {
    throw new ShapeError("SHAPE_EMPTY", `step ${spec.name} needs at least one training row; found none`);
  }
  for (const { x } of series) {
    if (x.cols === first.cols) continue;
    throw new ShapeError("SHAPE_MISMATCH", `every series needs ${first.cols} columns; found ${x.cols}`);
  }
  const state = spec.fit(series, params);
  return fittedStep(spec, params, state, first.cols, first.columns);
}

/** A fitted step around a state that was fitted or restored. */
export function fittedStep<S extends ParamSchema, T extends PlainState>(
  spec: StepSpec<S, T>,
  params: ParamValues<S>,
  state: T,
  cols: number,
  columns: readonly string[] | undefined,
): FittedStep<S, T> {
  const output = spec.output(cols, columns, params, state);
  const open = () => spec.open(state, params, output);
  return {
    spec,
    params,
    state,
    cols,
    columns,
    output,
    identity: spec.identity(params),
    open,
    transform(x) {
      if (x.cols !== cols) {
        throw new ShapeError("SHAPE_MISMATCH", `step ${spec.name} was fitted on ${cols} columns; found ${x.cols}`);
      }
      const result = open().push({ x, firstRow: 1 }).x;
      return result === x ? stackRows([x]) : result;
    },
  };
}

/**
 * A `Float64Array` of that length out of a state that was read from a file.
 *
 * @throws {@link ModelFileError} `MODEL_CORRUPT` unless it is there, as long as said, and finite
 */
export function restoredValues(state: PlainState, key: string, length: number, step: string): Float64Array {
  const values = state[key];
  if (values instanceof Float64Array && values.length === length && values.every((v) => v - v === 0)) return values;
  throw new ModelFileError("MODEL_CORRUPT", `step ${step}: "${key}" is not ${length} finite numbers`, {
    remedy: "Fit the model again",
  });
}
