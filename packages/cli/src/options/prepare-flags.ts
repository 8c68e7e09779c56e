import {
  type AnyStep,
  infinite,
  lags,
  missing,
  type Param,
  type ParamSchema,
  type Step,
  type StepFactory,
  scale,
  windows,
} from "@telltale/core";
import type { Option } from "commander";
import { paramFlag } from "./flags.js";

/** One parameter of a step as a flag of its own. */
interface StepFlag {
  readonly flag: string;
  /** Where commander puts the value. */
  readonly key: string;
  readonly step: StepFactory;
  readonly param: string;
  /** Help in place of the parameter's own. */
  readonly doc?: string;
}

const anyStep = (factory: unknown) => factory as StepFactory;

/** In the order in which the steps run. */
const STEP_FLAGS: readonly StepFlag[] = [
  { flag: "infinite", key: "infinite", step: anyStep(infinite), param: "policy" },
  { flag: "missing", key: "missing", step: anyStep(missing), param: "policy" },
  { flag: "scale", key: "scale", step: anyStep(scale), param: "method", doc: "Scaling of each column; default none." },
  { flag: "window", key: "window", step: anyStep(windows), param: "size" },
  { flag: "window-stride", key: "windowStride", step: anyStep(windows), param: "stride" },
  { flag: "window-summary", key: "windowSummary", step: anyStep(windows), param: "summary" },
  { flag: "lags", key: "lags", step: anyStep(lags), param: "lags" },
];

/** Steps that are there though no flag asks for them: bad values are refused unless the user says what to do about them. */
const ALWAYS = new Set<unknown>([infinite, missing]);

/** The flags that prepare the data, made from the steps' parameters. */
export function prepareFlags(): Option[] {
  return STEP_FLAGS.map(({ flag, step, param, doc }) => {
    const described = step.spec.params[param] as Param<unknown>;
    const always = ALWAYS.has(step);
    return paramFlag(flag, doc === undefined ? described : { ...described, doc }, { optional: !always });
  });
}

/** The steps that the given flags ask for, in order. */
export function prepareSteps(options: Readonly<Record<string, unknown>>): AnyStep[] {
  const factories = [...new Set(STEP_FLAGS.map(({ step }) => step))];
  return factories.flatMap((factory): Step<ParamSchema>[] => {
    const given = STEP_FLAGS.filter(({ step, key }) => step === factory && options[key] !== undefined);
    if (given.length === 0 && !ALWAYS.has(factory)) return [];
    const params = Object.fromEntries(given.map(({ param, key }) => [param, options[key]]));
    return [factory(params as never)];
  });
}

/** Rows of a series that the flags reach over, counting the row itself. */
export function rowsReached(options: Readonly<Record<string, unknown>>): number {
  const { window: size, windowStride: stride, lags: back } = options;
  const window = typeof size === "number" ? (size - 1) * (typeof stride === "number" ? stride : 1) + 1 : 1;
  return window + (Array.isArray(back) ? Math.max(...(back as number[])) : 0);
}
