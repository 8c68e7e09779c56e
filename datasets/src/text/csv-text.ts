import { ParamError } from "@telltale/core";

/** One column of a file: its name and what stands in each row; undefined is an empty cell. */
export interface TextColumn {
  readonly name: string;
  cell(row: number): string | number | undefined;
}

export interface CsvForm {
  readonly delimiter: string;
  readonly lineEnd: "\n" | "\r\n";
}

/** Rows that make up one piece of text. */
const ROWS_A_PIECE = 1000;

/**
 * The text of a CSV file, a piece at a time, so that a long file needs no room in memory. Numbers are written so that
 * reading them gives the same bits; NaN is an empty cell.
 *
 * @throws `ParamError` `PARAM_RANGE` for a delimiter that is not one character, or one that numbers and times contain
 */
export function csvText(columns: readonly TextColumn[], from: number, to: number, form: CsvForm): Iterable<string> {
  const { delimiter } = form;
  if (delimiter.length !== 1 || /[\w\s.:+"-]/.test(delimiter.replace("\t", ";"))) {
    throw new ParamError(
      "PARAM_RANGE",
      `delimiter: expected one of ; , | or a tab; found ${JSON.stringify(delimiter)}`,
    );
  }
  return pieces(columns, from, to, form);
}

function* pieces(columns: readonly TextColumn[], from: number, to: number, form: CsvForm): Generator<string> {
  const { delimiter, lineEnd } = form;
  yield columns.map(({ name }) => name).join(delimiter) + lineEnd;
  for (let start = from; start < to; start += ROWS_A_PIECE) {
    const end = Math.min(to, start + ROWS_A_PIECE);
    let piece = "";
    for (let i = start; i < end; i++) piece += columns.map((column) => text(column.cell(i))).join(delimiter) + lineEnd;
    yield piece;
  }
}

function text(cell: string | number | undefined): string {
  return cell === undefined || Number.isNaN(cell) ? "" : String(cell);
}

/** The columns of a matrix's values. */
export function matrixColumns(data: Float64Array, cols: number, names: readonly string[]): TextColumn[] {
  return names.map((name, j) => ({ name, cell: (i) => data[i * cols + j] }));
}

/** A column of times: `2020-03-01 00:00:00`, in UTC. */
export function timeColumn(name: string, time: Float64Array): TextColumn {
  return { name, cell: (i) => new Date(time[i] as number).toISOString().slice(0, 19).replace("T", " ") };
}
