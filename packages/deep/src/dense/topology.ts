import {
  DENSE_ACTIVATIONS,
  type DenseActivation,
  type DenseKind,
  ParamError,
  packDenseLayers,
  text,
} from "@telltale/core";

/** Hidden layers at most, and units of one: far beyond what a table asks for. */
const MOST_LAYERS = 50;
const MOST_UNITS = 65_536;

/** Units of hidden layers, as in `64,2,64`. */
export function hiddenParam(options: { readonly default: string; readonly doc: string }) {
  return text({
    ...options,
    expects: `units of each hidden layer, such as ${options.default}`,
    accept(value, name) {
      const parts = Array.isArray(value) ? value.map(String) : typeof value === "string" ? value.split(",") : [];
      const units = parts.map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0));
      if (units.length < 1 || units.length > MOST_LAYERS || !units.every((n) => n >= 1 && n <= MOST_UNITS)) {
        throw new ParamError(
          typeof value === "string" || Array.isArray(value) ? "PARAM_RANGE" : "PARAM_TYPE",
          `${name}: expected up to ${MOST_LAYERS} whole numbers from 1 to ${MOST_UNITS}, separated by commas; found ${JSON.stringify(value)}`,
          { remedy: `Write for example ${options.default}` },
        );
      }
      return units.join(",");
    },
  });
}

/** Activations of hidden layers: one for all, or one for each. */
export function activationsParam(options: { readonly default: string; readonly doc: string }) {
  return text({
    ...options,
    expects: `one of ${DENSE_ACTIVATIONS.join(", ")}, or one for each hidden layer`,
    accept(value, name) {
      const parts = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [value];
      const names = parts.map((part) => String(part).trim());
      if (!names.every((each) => (DENSE_ACTIVATIONS as readonly string[]).includes(each))) {
        throw new ParamError(
          typeof value === "string" || Array.isArray(value) ? "PARAM_RANGE" : "PARAM_TYPE",
          `${name}: expected ${DENSE_ACTIVATIONS.join(", ")}; found ${JSON.stringify(value)}`,
        );
      }
      return names.join(",");
    },
  });
}

export function unitsOf(hidden: string): number[] {
  return hidden.split(",").map(Number);
}

/** The place of the narrowest hidden layer, the first of several: the code. */
export function codeLayer(units: readonly number[]): number {
  return units.indexOf(Math.min(...units));
}

/**
 * The activation of each hidden layer. One name stands for all but the code, which is linear: a code of a few units would
 * otherwise lose what its activation cuts off.
 *
 * @throws ParamError `PARAM_RANGE` when there are several, but not one for each
 */
export function activationsOf(
  activation: string,
  units: readonly number[],
  code = codeLayer(units),
): DenseActivation[] {
  const names = activation.split(",") as DenseActivation[];
  if (names.length === units.length && names.length > 1) return names;
  if (names.length > 1) {
    throw new ParamError("PARAM_RANGE", `activation: ${names.length} activations for ${units.length} hidden layers`, {
      remedy: "Name one for all, or one for each",
    });
  }
  return units.map((_, i) => (i === code ? "linear" : (names[0] as DenseActivation)));
}

/** One layer of a network that is to be made. */
export interface LayerPlan {
  readonly units: number;
  readonly activation: DenseActivation;
  readonly kind?: DenseKind;
}

/** Layers in the form that kernels take. */
export function packLayers(inputs: number, plan: readonly LayerPlan[]): Int32Array {
  let width = inputs;
  return packDenseLayers(
    plan.map(({ units, activation, kind = "biased" }) => {
      const layer = { inputs: width, units, activation, kind };
      width = units;
      return layer;
    }),
  );
}
