import type { DetectorStream, DetectorTraits, FittedDetector } from "../detectors/detector.js";
import { ParamError, ShapeError } from "../errors.js";
import type { Matrix } from "../matrix.js";
import { type Batch, sameColumns } from "../prepare/batch.js";
import { infinite } from "../prepare/infinite.js";
import { missing } from "../prepare/missing.js";
import type { FittedStep, Step, StepFactory, StepStream } from "../prepare/step.js";

/** Values in the widest matrix of one slice: some megabytes, so that slices stay near the processor. */
const SLICE_VALUES = 2 ** 20;

type Kind = "missing" | "infinite";
const REFUSALS = { missing: missing({ policy: "error" }), infinite: infinite({ policy: "error" }) };

/**
 * The checks that stand in front of the steps: when the detector cannot take a kind of value and no step says what is
 * done about it, it is refused at the door, with the place where the user will find it.
 *
 * @throws {@link ParamError} `PARAM_RANGE` when a step lets pass what the detector cannot take
 */
export function doorChecks(
  steps: readonly Pick<Step, "spec" | "params">[],
  detector: { readonly name: string; readonly traits: DetectorTraits },
): StepStream[] {
  return (["missing", "infinite"] as const).filter((kind) => needsCheck(kind, steps, detector)).map(openRefusal);
}

function needsCheck(
  kind: Kind,
  steps: readonly Pick<Step, "spec" | "params">[],
  detector: { readonly name: string; readonly traits: DetectorTraits },
): boolean {
  if (detector.traits[kind]) return false;
  const verdicts = steps.map(({ spec, params }) => spec[kind]?.(params)).filter((verdict) => verdict !== undefined);
  const last = verdicts[verdicts.length - 1];
  if (last === undefined || last === "settles") return last === undefined;
  const how = last === "keeps" ? "keeps" : "makes";
  throw new ParamError("PARAM_RANGE", `the pipeline ${how} ${kind} values, which ${detector.name} cannot take`, {
    remedy: `Choose another policy of the step "${kind}"${how === "makes" ? ", and put it behind the one that makes them" : ""}`,
  });
}

function openRefusal(kind: Kind): StepStream {
  const { spec, params } = REFUSALS[kind] as unknown as ReturnType<StepFactory>;
  const empty = { fill: new Float64Array(0), low: new Float64Array(0), high: new Float64Array(0) };
  return spec.open(empty, params, sameColumns(1, undefined));
}

/**
 * The checks that stand behind the steps: what a detector cannot take may also come out of a step, as when scaling
 * overflows, and only here is the row of the user's data still known.
 */
export function exitChecks(
  steps: readonly Pick<FittedStep, "identity">[],
  { traits }: { readonly traits: DetectorTraits },
): StepStream[] {
  if (steps.every((step) => step.identity)) return [];
  return (["missing", "infinite"] as const).filter((kind) => !traits[kind]).map(openRefusal);
}

/** The way of one series through a pipeline. */
export interface OpenPath {
  /** Everything that its rows go through on their way to the detector. */
  readonly steps: StepStream;
  /** The detector's memory of it; undefined when the detector must see it whole. */
  readonly detector: DetectorStream | undefined;
}

export function openPath(steps: readonly FittedStep[], detector: FittedDetector): OpenPath {
  const { spec } = detector;
  return {
    steps: inTurn([...doorChecks(steps, spec), ...steps.map((step) => step.open()), ...exitChecks(steps, spec)]),
    detector: detector.open(),
  };
}

/** Several streams as one. */
export function inTurn(streams: readonly StepStream[]): StepStream {
  return { push: (batch) => streams.reduce((rows, stream) => stream.push(rows), batch) };
}

/** Rows to take in one slice: all of them when no step makes new values. */
export function sliceRows(cols: number, steps: readonly FittedStep[]): number {
  if (steps.every((step) => step.identity)) return Number.MAX_SAFE_INTEGER;
  const widest = Math.max(cols, ...steps.map((step) => step.output.cols));
  return Math.max(1, Math.floor(SLICE_VALUES / widest));
}

/** Where what the columns behind the steps contribute goes: for column k, places `starts[k]` … `starts[k + 1] − 1`. */
export interface WayBack {
  readonly starts: Int32Array;
  /** Columns of the input. */
  readonly columns: Int32Array;
  /** How much of it goes there. */
  readonly shares: Float64Array;
}

/** The way from the columns behind the steps to those of the input. */
export function wayBack(cols: number, steps: readonly FittedStep[]): WayBack {
  let ways: ReadonlyMap<number, number>[] = Array.from({ length: cols }, (_, j) => new Map([[j, 1]]));
  for (const { output, cols: before } of steps) {
    const { shares } = output;
    const own = ways;
    ways = Array.from(output.origin, (from, k) =>
      shares === undefined
        ? (own[from] as ReadonlyMap<number, number>)
        : blend(own, shares.subarray(k * before, (k + 1) * before)),
    );
  }
  const starts = new Int32Array(ways.length + 1);
  ways.forEach((way, k) => {
    starts[k + 1] = (starts[k] as number) + way.size;
  });
  return {
    starts,
    columns: Int32Array.from(ways.flatMap((way) => [...way.keys()])),
    shares: Float64Array.from(ways.flatMap((way) => [...way.values()])),
  };
}

function blend(ways: readonly ReadonlyMap<number, number>[], shares: Float64Array): Map<number, number> {
  const blended = new Map<number, number>();
  shares.forEach((share, j) => {
    for (const [column, part] of ways[j] as ReadonlyMap<number, number>) {
      blended.set(column, (blended.get(column) ?? 0) + share * part);
    }
  });
  return blended;
}

/** Matrices as series, by the names of their sources; several without names are numbered. */
export function asSeries(x: Matrix | readonly Matrix[], sources: readonly string[] | undefined): Batch[] {
  const parts = Array.isArray(x) ? (x as readonly Matrix[]) : [x as Matrix];
  if (sources !== undefined && sources.length !== parts.length) {
    throw new ShapeError(
      "SHAPE_MISMATCH",
      `${parts.length} matrices need ${parts.length} sources; found ${sources.length}`,
    );
  }
  const name = (i: number) => (parts.length > 1 ? `series ${i + 1}` : undefined);
  return parts.map((part, i) => ({ x: part, firstRow: 1, source: sources?.[i] ?? name(i) }));
}

/** The batch without the rows that came before `from` or after `to`. */
export function cut(batch: Batch, from: number, to: number): Batch {
  const { x } = batch;
  if (from === 0 && to >= x.rows) return batch;
  const end = Math.min(to, x.rows);
  return {
    ...batch,
    x: { ...x, data: x.data.subarray(from * x.cols, end * x.cols), rows: end - from },
    firstRow: batch.firstRow + from,
  };
}
