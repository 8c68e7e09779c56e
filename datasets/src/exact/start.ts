import { ParamError } from "@telltale/core";

/** Years of four digits, with room for ten million hours of rows. */
const FIRST = Date.parse("0001-01-01T00:00:00Z");
const LAST = Date.UTC(8000, 0, 1);

/** The time of the first row, in whole milliseconds since 1970. @throws `ParamError` `PARAM_TYPE` */
export function checkedStart(start: number | undefined, fallback: number): number {
  if (start !== undefined && !(Number.isSafeInteger(start) && start >= FIRST && start <= LAST)) {
    throw new ParamError(
      "PARAM_TYPE",
      `start: expected whole milliseconds since 1970, in the years 1 to 8000; found ${start}`,
    );
  }
  return start ?? fallback;
}
