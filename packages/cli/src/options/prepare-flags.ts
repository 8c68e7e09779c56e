import {
  type AnyStep,
  infinite,
  lags,
  missing,
  type Param,
  type ParamSchema,
  principalComponents,
  type Step,
  type StepFactory,
  scale,
  windows,
} from "@telltale/core";
import type { Option } from "commander";
import { flagName, paramFlag } from "./flags.js";

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
  { flag: "project", key: "project", step: anyStep(principalComponents), param: "components" },
  { flag: "whiten", key: "whiten", step: anyStep(principalComponents), param: "whiten" },
  { flag: "window", key: "window", step: anyStep(windows), param: "size" },
  { flag: "window-stride", key: "windowStride", step: anyStep(windows), param: "stride" },
  { flag: "window-summary", key: "windowSummary", step: anyStep(windows), param: "summary" },
  { flag: "lags", key: "lags", step: anyStep(lags), param: "lags" },
];

/** Steps that are there though no flag asks for them: bad values are refused unless the user says what to do about them. */
const ALWAYS = new Set<unknown>([infinite, missing]);

/** What stands before a flag of preparation whose word the detector has a flag of its own for. */
const PREFIX = "prepare-";

/** The steps' flags beside those of a detector: `--window` becomes `--prepare-window` when the detector has windows itself. */
function stepFlags(detector: ParamSchema): readonly StepFlag[] {
  const taken = new Set(Object.keys(detector).map(flagName));
  return STEP_FLAGS.map((each) => {
    if (!taken.has(each.flag)) return each;
    return { ...each, flag: PREFIX + each.flag, key: `prepare${each.key[0]?.toUpperCase()}${each.key.slice(1)}` };
  });
}

/**
 * The flags that prepare the data, made from the steps' parameters.
 *
 * @param detector  parameters of the detector, whose flags stand beside them
 */
export function prepareFlags(detector: ParamSchema = {}): Option[] {
  return stepFlags(detector).map(({ flag, step, param, doc }) => {
    const described = step.spec.params[param] as Param<unknown>;
    const always = ALWAYS.has(step);
    return paramFlag(flag, doc === undefined ? described : { ...described, doc }, { optional: !always });
  });
}

/** The steps that the given flags ask for, in order. */
export function prepareSteps(options: Readonly<Record<string, unknown>>, detector: ParamSchema = {}): AnyStep[] {
  const flags = stepFlags(detector);
  const factories = [...new Set(flags.map(({ step }) => step))];
  return factories.flatMap((factory): Step<ParamSchema>[] => {
    const given = flags.filter(({ step, key }) => step === factory && options[key] !== undefined);
    if (given.length === 0 && !ALWAYS.has(factory)) return [];
    const params = Object.fromEntries(given.map(({ param, key }) => [param, options[key]]));
    return [factory(params as never)];
  });
}

/** Rows of a series that the flags of preparation reach over, counting the row itself. */
export function rowsReached(options: Readonly<Record<string, unknown>>, detector: ParamSchema = {}): number {
  const value = (name: string) => {
    const { key } = stepFlags(detector)[STEP_FLAGS.findIndex((each) => each.flag === name)] as StepFlag;
    return options[key];
  };
  const [size, stride, back] = [value("window"), value("window-stride"), value("lags")];
  const window = typeof size === "number" ? (size - 1) * (typeof stride === "number" ? stride : 1) + 1 : 1;
  return window + (Array.isArray(back) ? Math.max(...(back as number[])) : 0);
}
