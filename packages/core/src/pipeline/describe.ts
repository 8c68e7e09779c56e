import type { DetectorTraits } from "../detectors/detector.js";
import type { ThresholdJSON } from "../thresholds/fitted.js";
import type { FittedPipeline, TrainingRecord } from "./fitted-pipeline.js";

/** A fitted pipeline in words and numbers; plain JSON. */
export interface PipelineDescription {
  readonly detector: {
    readonly name: string;
    readonly summary: string;
    readonly input: "tabular" | "series";
    readonly traits: DetectorTraits;
    readonly params: Readonly<Record<string, unknown>>;
    /** Columns that reach the detector. */
    readonly cols: number;
    /** What to know before relying on it, as sentences; mostly none. */
    readonly remarks: readonly string[];
  };
  readonly steps: readonly { readonly name: string; readonly params: Readonly<Record<string, unknown>> }[];
  /** Columns that go in, by name where they have names. */
  readonly cols: number;
  readonly columns: readonly string[] | null;
  readonly threshold: ThresholdJSON | null;
  readonly training: TrainingRecord;
  readonly notes: Readonly<Record<string, string>>;
  readonly libraryVersion: string;
}

export function describePipeline(model: FittedPipeline): PipelineDescription {
  const { spec, params, cols, state } = model.detector;
  const { name, summary, input, traits } = spec;
  const remarks = spec.remarks?.(state) ?? [];
  return {
    detector: { name, summary, input, traits, params, cols, remarks },
    steps: model.steps.map((step) => ({ name: step.spec.name, params: step.params })),
    cols: model.cols,
    columns: model.columns ?? null,
    threshold: model.threshold?.toJSON() ?? null,
    training: model.training,
    notes: model.notes,
    libraryVersion: model.libraryVersion,
  };
}
