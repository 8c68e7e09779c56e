import { readFile } from "node:fs/promises";
import { type FittedStep, type Matrix, ModelFileError, missing, scale } from "@telltale/core";
import { readError } from "../source/file-errors.js";

/** Ways to fill in what is still missing, by a value learned from the training rows. */
export const LEARNED_FILLS = ["mean", "median", "zero"] as const;
export type LearnedFill = (typeof LEARNED_FILLS)[number];
export const SCALINGS = ["standard", "min-max", "robust"] as const;
export type Scaling = (typeof SCALINGS)[number];

/** What was learned from training rows, to be applied to others: columns, fill values, scaling. */
export interface SavedPreparation {
  readonly columns: readonly string[];
  readonly fill: { readonly policy: LearnedFill; readonly values: readonly number[] } | null;
  readonly scale: {
    readonly method: Scaling;
    readonly center: readonly number[];
    readonly divisor: readonly number[];
  } | null;
}

/** Learns fill values and scaling from training rows, the scaling from the filled ones. */
export function learnPreparation(
  train: readonly Matrix[],
  columns: readonly string[],
  { fill, scaling }: { readonly fill?: LearnedFill | undefined; readonly scaling?: Scaling | undefined },
): SavedPreparation {
  const filling = fill === undefined ? undefined : missing({ policy: fill }).fit(train);
  const filled = filling === undefined ? train : train.map((part) => filling.transform(part));
  const scaled = scaling === undefined ? undefined : scale({ method: scaling }).fit(filled);
  return {
    columns,
    fill: fill === undefined ? null : { policy: fill, values: [...valuesOf(filling, "fill")] },
    scale:
      scaling === undefined
        ? null
        : { method: scaling, center: [...valuesOf(scaled, "center")], divisor: [...valuesOf(scaled, "divisor")] },
  };
}

function valuesOf(step: Pick<FittedStep, "state"> | undefined, key: string): Float64Array {
  return (step?.state[key] ?? new Float64Array(0)) as Float64Array;
}

/** Fills in and scales, in place of the values; returns how many were filled in. */
export function applyPreparation(values: Float64Array, { columns, fill, scale: scaling }: SavedPreparation): number {
  const cols = columns.length;
  let filled = 0;
  for (let at = 0; at < values.length; at++) {
    const j = at % cols;
    if (fill !== null && Number.isNaN(values[at])) {
      values[at] = fill.values[j] as number;
      filled++;
    }
    if (scaling !== null)
      values[at] = ((values[at] as number) - (scaling.center[j] as number)) / (scaling.divisor[j] as number);
  }
  return filled;
}

const FORMAT = "telltale-preparation";

/** The text of a file that keeps a preparation; numbers read back as the same bits. */
export function preparationText(saved: SavedPreparation): string {
  return `${JSON.stringify({ format: FORMAT, version: 1, ...saved }, null, 2)}\n`;
}

/** A preparation from its file. @throws FileError `FILE_NOT_FOUND`, `FILE_UNREADABLE`; ModelFileError as {@link readPreparation} */
export async function loadPreparation(file: string): Promise<SavedPreparation> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw readError(file, error);
  });
  return readPreparation(text, file);
}

/**
 * A preparation from the text of its file, checked.
 *
 * @throws ModelFileError `MODEL_FOREIGN`, `MODEL_NEWER`, `MODEL_CORRUPT`
 */
export function readPreparation(text: string, file: string): SavedPreparation {
  const where = { where: { file } };
  let found: Record<string, unknown>;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new ModelFileError("MODEL_FOREIGN", "this is no saved preparation: it is no JSON", { ...where, cause });
  }
  if (found?.format !== FORMAT) {
    throw new ModelFileError("MODEL_FOREIGN", "this is no saved preparation", {
      ...where,
      remedy: "Give a file that was written with --save",
    });
  }
  if (found.version !== 1) {
    throw new ModelFileError(
      "MODEL_NEWER",
      `the preparation has version ${JSON.stringify(found.version)}; this program reads 1`,
      {
        ...where,
        remedy: "Update Telltale",
      },
    );
  }
  const corrupt = (what: string) =>
    new ModelFileError("MODEL_CORRUPT", `the saved preparation is damaged: ${what}`, {
      ...where,
      remedy: "Save it again",
    });
  const { columns, fill = null, scale: scaling = null } = found as unknown as SavedPreparation;
  if (!Array.isArray(columns) || columns.length === 0 || columns.some((name) => typeof name !== "string")) {
    throw corrupt('"columns" is no list of names');
  }
  if (new Set(columns).size !== columns.length) throw corrupt("a column is named twice");
  const numbers = (list: unknown, name: string, fits: (value: number) => boolean = () => true) => {
    const good =
      Array.isArray(list) &&
      list.length === columns.length &&
      list.every((value) => typeof value === "number" && Number.isFinite(value) && fits(value));
    if (!good) throw corrupt(`"${name}" is not ${columns.length} usable numbers`);
  };
  if (fill !== null) {
    if (!LEARNED_FILLS.includes(fill.policy)) throw corrupt('"fill.policy" is not known');
    numbers(fill.values, "fill.values");
  }
  if (scaling !== null) {
    if (!SCALINGS.includes(scaling.method)) throw corrupt('"scale.method" is not known');
    numbers(scaling.center, "scale.center");
    numbers(scaling.divisor, "scale.divisor", (value) => value > 0);
  }
  return { columns, fill, scale: scaling };
}
