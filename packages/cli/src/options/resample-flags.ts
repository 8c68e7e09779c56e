import { createResampler, type ResampleMethod, type Resampler, resamplers } from "@telltale/core";
import { Option } from "commander";
import { listOfNames } from "./common-flags.js";
import { paramFlag } from "./flags.js";

export interface ResampleFlags {
  readonly resample?: ResampleMethod;
  readonly resampleRatio?: number;
  readonly resampleK?: number;
  readonly resampleSeed?: number;
  readonly resampleCategorical?: readonly string[];
}

const [smote] = resamplers;

/** The flags that add synthetic rows of the smaller class to the training rows of a detector that learns from labels. */
export function resampleFlags(): Option[] {
  const { ratio, k, seed } = (smote as (typeof resamplers)[number]).params;
  return [
    new Option(
      "--resample <method>",
      "Synthetic rows for the smaller class; the threshold is found without them.",
    ).choices(resamplers.map(({ name }) => name)),
    paramFlag("resample-ratio", ratio, { optional: true }),
    paramFlag("resample-k", k, { optional: true }),
    paramFlag("resample-seed", seed, { optional: true }),
    new Option("--resample-categorical <names>", "Columns of categories, for smote-nc.").argParser(listOfNames),
  ];
}

/** What the flags ask for; undefined when they ask for nothing. */
export function resamplerOf(flags: ResampleFlags): Resampler | undefined {
  const { resample: method, resampleRatio: ratio, resampleK: k, resampleSeed: seed, resampleCategorical } = flags;
  if (method === undefined) return undefined;
  return createResampler({
    method,
    ...(ratio === undefined ? {} : { ratio }),
    ...(k === undefined ? {} : { k }),
    ...(seed === undefined ? {} : { seed }),
    ...(resampleCategorical === undefined ? {} : { categorical: resampleCategorical }),
  });
}
