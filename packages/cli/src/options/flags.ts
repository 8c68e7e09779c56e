import { expectation, type Param, type ParamSchema, parseParam, wordsOf } from "@telltale/core";
import { Option } from "commander";

/** `maxDepth` as a flag is `--max-depth`. */
export function flagName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The flag of one parameter, with its bounds and default in the help and its check in the parser. */
export function paramFlag(flag: string, param: Param<unknown>, options: { readonly optional?: boolean } = {}): Option {
  const shown = `--${flag}`;
  if (param.kind === "flag") {
    // A yes-or-no parameter takes an optional word, so that one which is on by default can be switched off.
    const option = new Option(`${shown} [yes|no]`, help(param, options.optional === true)).preset("yes");
    return option.argParser((text) => parseParam(param, shown, text));
  }
  return new Option(`${shown} <${placeholder(param)}>`, help(param, options.optional === true)).argParser((text) =>
    parseParam(param, shown, text),
  );
}

/** The flags of a schema, in its order. */
export function schemaFlags(schema: ParamSchema): Option[] {
  return Object.entries(schema).map(([name, param]) => paramFlag(flagName(name), param));
}

/** The parameters that were given, out of everything that was given. */
export function givenParams(schema: ParamSchema, options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(schema).flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])),
  );
}

function placeholder(param: Param<unknown>): string {
  if (param.kind === "choice") return "word";
  if (param.kind === "integers") return "list";
  if (param.kind === "text") return "text";
  return ["number", ...wordsOf(param)].join("|");
}

function help(param: Param<unknown>, optional: boolean): string {
  const expected = param.kind === "flag" ? "" : expectation(param);
  const fallback = optional ? "" : `default ${describeDefault(param.default)}`;
  const notes = [expected, fallback].filter((part) => part !== "").join("; ");
  return notes === "" ? param.doc : `${param.doc} (${notes})`;
}

/** A default for people: `256`, `auto`, `1,2`, `no`. */
export function describeDefault(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}
