import { fittedDetector } from "../detectors/detector.js";
import { ModelFileError } from "../errors.js";
import { decodeModel, type ModelDescription } from "../model-format/description.js";
import { resolveParams } from "../params/params.js";
import { FittedPipeline, type TrainingRecord } from "../pipeline/fitted-pipeline.js";
import { doorChecks } from "../pipeline/flow.js";
import type { FittedStep } from "../prepare/step.js";
import { restoreStep } from "../prepare/steps.js";
import { registry } from "../registry.js";
import { thresholdFromJSON } from "../thresholds/parse.js";

/**
 * Reads a model that `save` wrote, of a pipeline or of a detector alone. No code of the file is run, and nothing in it is
 * trusted: sizes, links and indices are checked before they are used.
 *
 * @param bytes  the whole file; copied, so the model does not change when they do
 * @throws {@link ModelFileError} `MODEL_TRUNCATED` cut short · `MODEL_FOREIGN` not a model · `MODEL_NEWER` from a newer
 *   version, or with a detector that is not registered here · `MODEL_CORRUPT` damaged
 * @example
 * ```ts
 * import { fromRows, isolationForest, load } from "@telltale/core";
 * const x = fromRows([[0, 0], [0, 1], [1, 0], [9, 9]]);
 * const model = isolationForest({ seed: 7 }).fitSync(x);
 * const again = load(model.save());
 * console.log(again.scoreSync(x)[3] === model.scoreSync(x)[3]); // true
 * ```
 */
export function load(bytes: Uint8Array): FittedPipeline {
  const model = decodeModel(bytes);
  try {
    return restore(model);
  } catch (cause) {
    if (cause instanceof ModelFileError) throw cause;
    throw corrupt(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function restore(model: ModelDescription): FittedPipeline {
  const { name } = model.detector;
  if (!registry.has(name)) {
    throw new ModelFileError(
      "MODEL_NEWER",
      `the model's detector ${JSON.stringify(name.slice(0, 60))} is not known here`,
      {
        remedy: "Import the package that has it, or update Telltale to the version that made the model",
      },
    );
  }
  const { spec } = registry.get(name);
  const steps: FittedStep[] = [];
  let { cols, columns } = model;
  for (const part of model.steps) {
    const step = restoreStep(part, cols, columns);
    ({ cols, columns } = step.output);
    steps.push(step);
  }
  doorChecks(steps, spec); // refuses a file whose steps and detector do not go together
  const training = readTraining(model.training);
  const params = resolveParams(spec.params, model.detector.params, spec.name);
  const state = spec.restore(model.detector.state, params, cols);
  return new FittedPipeline({
    detector: fittedDetector(spec, params, state, cols, columns, training.rows),
    steps,
    cols: model.cols,
    columns: model.columns,
    threshold: model.threshold === undefined ? undefined : thresholdFromJSON(model.threshold),
    training,
    trainingScores: readScores(model.trainingScores, training.rows),
    notes: model.notes,
    libraryVersion: model.libraryVersion,
  });
}

function readTraining({ rows, series, synthetic, scoreQuantiles }: ModelDescription["training"]): TrainingRecord {
  const count = (value: unknown) => typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
  if (!count(rows) || !count(series)) throw corrupt('"training" counts no rows');
  if (
    synthetic !== undefined &&
    !(typeof synthetic === "number" && Number.isSafeInteger(synthetic) && synthetic >= 0)
  ) {
    throw corrupt('"training" counts no synthetic rows');
  }
  const record = {
    rows: rows as number,
    series: series as number,
    ...(synthetic === undefined ? {} : { synthetic: synthetic as number }),
  };
  if (scoreQuantiles === undefined) return record;
  const isPair = (pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite);
  if (!Array.isArray(scoreQuantiles) || !scoreQuantiles.every(isPair)) throw corrupt('"training" has odd quantiles');
  return { ...record, scoreQuantiles: scoreQuantiles as readonly (readonly [number, number])[] };
}

function readScores(scores: Float64Array | undefined, rows: number): Float64Array | undefined {
  if (scores !== undefined && (scores.length !== rows || scores.some(Number.isNaN))) {
    throw corrupt("its training scores are not one for each training row");
  }
  return scores;
}

function corrupt(what: string, cause?: unknown): ModelFileError {
  return new ModelFileError("MODEL_CORRUPT", `the model file is damaged: ${what}`, {
    remedy: "Save the model again, or fetch the file again",
    cause,
  });
}
