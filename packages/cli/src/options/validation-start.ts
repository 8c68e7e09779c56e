import { InvalidArgumentError } from "commander";

/** Where validation begins: a share of the rows below 1, or a number of rows. */
export function validationStart(text: string): number {
  const value = Number(text);
  const share = value > 0 && value < 1;
  if (text.trim() !== "" && (share || (Number.isSafeInteger(value) && value >= 1))) return value;
  throw new InvalidArgumentError("It is a share between 0 and 1, or a number of rows.");
}
