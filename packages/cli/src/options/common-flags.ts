import { int, oneOf, parseParam } from "@telltale/core";
import { type Command, InvalidArgumentError, Option } from "commander";

/** Flags of reading that every command with input files has. */
export interface ReadFlags {
  readonly inputFormat?: string;
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly decimal?: string;
  readonly threads?: number;
  readonly chunkRows?: number;
}

export interface RunFlags {
  readonly threads?: number;
  readonly kernels: "auto" | "native" | "wasm" | "js";
}

const threads = int({ default: 1, min: 1, max: 1024, doc: "Threads to use at most; default: all." });
const kernels = oneOf(["auto", "native", "wasm", "js"], { default: "auto", doc: "" });
const chunkRows = int({ default: 65_536, min: 1, max: 10_000_000, doc: "" });

/** `a,b` and repeated flags make one list; a comma in a name is written `\,`. */
export function listOfNames(text: string, before: readonly string[] = []): string[] {
  const names = text.split(/(?<!\\),/).map((name) => name.replaceAll("\\,", ",").trim());
  if (names.includes("")) throw new InvalidArgumentError("A column name is empty.");
  return [...before, ...names];
}

export function addReadFlags(command: Command): Command {
  return command
    .addOption(
      new Option("--input-format <format>", "Format of the input, instead of finding it out.").choices([
        "csv",
        "parquet",
        "json",
        "ndjson",
        "arrow",
        "npy",
        "npz",
      ]),
    )
    .option("--delimiter <character>", "Delimiter of CSV files, or `tab`; default: found out.", delimiter)
    .option("--no-header", "CSV files have no line of names; columns are column0, column1 …")
    .addOption(new Option("--decimal <mark>", "Decimal mark of CSV files; default: found out.").choices([".", ","]));
}

/** Those of `@telltale/data`, written again because loading it for a help text would slow down every start. */
const OUTPUT_FORMATS = ["csv", "tsv", "ndjson", "json", "parquet", "arrow", "arrows"];

export function addFormatFlag(command: Command, about = "Output format, instead of the extension's."): Command {
  return command.addOption(new Option("--format <format>", about).choices(OUTPUT_FORMATS));
}

export function addChunkFlag(command: Command): Command {
  return command.option(
    "--chunk-rows <number>",
    "Rows to hold at a time; never changes a result (default: what makes 16 MiB, at most 65536).",
    (text) => parseParam(chunkRows, "--chunk-rows", text) as number,
  );
}

export function addRunFlags(command: Command): Command {
  return command
    .option("--threads <number>", threads.doc, (text) => parseParam(threads, "--threads", text) as number)
    .addOption(
      new Option(
        "--kernels <set>",
        "C++ when it is there (auto), in any case (native), networks in WebAssembly (wasm), or JavaScript (js).",
      )
        .default("auto")
        .argParser((text) => parseParam(kernels, "--kernels", text)),
    );
}

/** `--json` and `--quiet`, which the session knows already. */
export function addTalkFlags(command: Command): Command {
  return command
    .option("--json", "Print results and errors as JSON.")
    .option("-q, --quiet", "Print results and errors only.");
}

function delimiter(text: string): string {
  const character = text === "tab" || text === "\\t" ? "\t" : text;
  if ([...character].length !== 1) throw new InvalidArgumentError("It is one character, or the word tab.");
  return character;
}
