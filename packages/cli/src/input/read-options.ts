import type { InputFormat, ReadOptions } from "@telltale/data";
import type { ReadFlags } from "../options/common-flags.js";

/** The flags of reading as the reader wants them. */
export function readOptions(flags: ReadFlags): ReadOptions {
  return {
    format: flags.inputFormat as InputFormat | undefined,
    delimiter: flags.delimiter,
    // `--no-header` makes it false; commander's own value without the flag is true.
    header: flags.header === false ? false : undefined,
    decimal: flags.decimal as "." | "," | undefined,
    threads: flags.threads,
  };
}
