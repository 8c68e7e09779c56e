import type { Resampled } from "@telltale/core";
import { type Column, MISSING_BOOLEAN, type OutputColumn } from "@telltale/data";
import type { LabelledRows, Variable } from "../input/labelled-rows.js";

/** Name of the column that marks synthetic rows. */
export const SYNTHETIC = "synthetic";

/**
 * Rows `from` … `to` of the result in the columns of the input. A synthetic row has the label of the row it started from, and
 * no time. Columns of truth values that were interpolated are numbers.
 */
export function resampledColumns(
  input: LabelledRows,
  result: Resampled,
  from: number,
  to: number,
  options: { readonly label: string; readonly categorical: readonly string[]; readonly mark: boolean },
): OutputColumn[] {
  const columns = input.names.map((name): OutputColumn => {
    const column = input.beside.get(name);
    if (column !== undefined) return besideColumn(column, result, from, to, name === options.label);
    const j = input.variables.findIndex((variable) => variable.name === name);
    return variableColumn(input.variables[j] as Variable, j, result, from, to, options.categorical.includes(name));
  });
  if (!options.mark) return columns;
  const marks = Uint8Array.from({ length: to - from }, (_, i) => (from + i < result.givenRows ? 0 : 1));
  return [...columns, { name: SYNTHETIC, type: "int32", values: marks }];
}

function variableColumn(
  { name, type, texts }: Variable,
  j: number,
  { x }: Resampled,
  from: number,
  to: number,
  categorical: boolean,
): OutputColumn {
  const value = (i: number) => x.data[(from + i) * x.cols + j] as number;
  const length = to - from;
  if (type === "string") return { name, type, values: Array.from({ length }, (_, i) => texts[value(i)] ?? null) };
  if (type === "boolean" && categorical) return { name, type, values: Uint8Array.from({ length }, (_, i) => value(i)) };
  return { name, type: "float64", values: Float64Array.from({ length }, (_, i) => value(i)) };
}

function besideColumn(column: Column, result: Resampled, from: number, to: number, isLabel: boolean): OutputColumn {
  const { givenRows, parents } = result;
  const length = to - from;
  /** The row of the input whose value row i has; −1 for no value. */
  const origin = (i: number) => {
    const row = from + i;
    return row < givenRows ? row : isLabel ? (parents[2 * (row - givenRows)] as number) : -1;
  };
  switch (column.type) {
    case "string":
      return { ...column, values: Array.from({ length }, (_, i) => column.values[origin(i)] ?? null) };
    case "boolean":
      return { ...column, values: Uint8Array.from({ length }, (_, i) => column.values[origin(i)] ?? MISSING_BOOLEAN) };
    default:
      return { ...column, values: Float64Array.from({ length }, (_, i) => column.values[origin(i)] ?? Number.NaN) };
  }
}
