import { ModelFileError } from "../errors.js";
import type { PartDescription } from "../model-format/description.js";
import { resolveParams } from "../params/params.js";
import { infinite } from "./infinite.js";
import { lags } from "./lags.js";
import { missing } from "./missing.js";
import { principalComponents } from "./principal-components.js";
import { scale } from "./scale.js";
import { type FittedStep, fittedStep, type StepFactory } from "./step.js";
import { windows } from "./windows.js";

/** Every step, in the order in which a pipeline usually has them. Flags, help and loading are made from this list. */
export const stepFactories = [
  infinite,
  missing,
  scale,
  principalComponents,
  windows,
  lags,
] as unknown as readonly StepFactory[];

/**
 * A fitted step from what a model file says about it.
 *
 * @throws {@link ModelFileError} `MODEL_NEWER` for a step that this version does not have, `MODEL_CORRUPT`
 */
export function restoreStep(part: PartDescription, cols: number, columns: readonly string[] | undefined): FittedStep {
  const spec = stepFactories.find((factory) => factory.spec.name === part.name)?.spec;
  if (spec === undefined) {
    throw new ModelFileError(
      "MODEL_NEWER",
      `the model has a step ${JSON.stringify(part.name.slice(0, 60))} that is not known`,
      {
        remedy: "Update Telltale to the version that made the model",
      },
    );
  }
  try {
    const params = resolveParams(spec.params, part.params, `step ${spec.name}`);
    return fittedStep(spec, params, spec.restore(part.state, params, cols), cols, columns);
  } catch (cause) {
    if (cause instanceof ModelFileError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ModelFileError("MODEL_CORRUPT", `the model file is damaged: ${message}`, { cause });
  }
}
