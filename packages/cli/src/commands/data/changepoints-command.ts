import { int, levelShift, number, numberOr, oneOf, parseParam } from "@telltale/core";
import { Command } from "commander";
import { UsageError } from "../../failure.js";
import { addChunkFlag, addReadFlags, addRunFlags, addTalkFlags, listOfNames } from "../../options/common-flags.js";
import { flagName, givenParams, paramFlag, schemaFlags } from "../../options/flags.js";
import type { Session } from "../../session.js";

/** The parameters of the search for the best cuts. */
const peltParams = {
  cost: oneOf(["l2", "normal"], {
    default: "l2",
    doc: "pelt: what changes, the level (l2) or level and variance (normal).",
  }),
  penalty: numberOr(["bic", "aic"], { default: "bic", min: 0, max: 1e300, doc: "pelt: what each change point costs." }),
  minSize: int({ default: 2, min: 1, max: 1_000_000, doc: "pelt: rows between two change points at least." }),
};
const alarmParams = {
  limit: number({ default: 4, min: 0, max: 1e300, doc: "Score above which a change is told." }),
  rest: int({
    default: 55,
    min: 1,
    max: 1_000_000_000,
    doc: "Rows from one change point to the next at least; what goes on for longer is told again.",
  }),
};
const train = int({ default: 400, min: 1, max: 1_000_000_000, doc: "" });
const top = int({ default: 3, min: 0, max: 1000, doc: "" });

export function changepointsCommand(session: Session): Command {
  const command = new Command("changepoints")
    .description("Find the times at which sensors change their level, as rows arrive or in a whole file.")
    .argument("<files...>", "files, quoted globs, or - for standard input; each file is a series of its own")
    .addOption(
      paramFlag(
        "method",
        oneOf(["level-shift", "pelt"], {
          default: "level-shift",
          doc: "level-shift compares the last rows with those before; pelt cuts each file where costs are least.",
        }),
      ),
    )
    .option(
      "--model <file>",
      "A fitted model whose scores are looked at, instead of learning from each file's first rows.",
    )
    .option(
      "--train <rows>",
      `level-shift: rows at the beginning of each file that are normal (default ${train.default}).`,
      (text) => parseParam(train, "--train", text),
    )
    .option("--columns <names>", "Columns to look at, and no others.", listOfNames)
    .option("--drop <names>", "Columns to leave out.", listOfNames)
    .option("--time <name>", "Column with the time; default: the only column of times.")
    .option(
      "--top <number>",
      `Columns to name that changed most (default ${top.default}).`,
      (text) => parseParam(top, "--top", text),
      top.default,
    );
  for (const option of schemaFlags({ ...alarmParams, ...levelShift.spec.params, ...peltParams })) {
    command.addOption(option);
  }
  addTalkFlags(addRunFlags(addChunkFlag(addReadFlags(command))));
  return command.action(async (files: string[], flags) => {
    const method = flags.method ?? "level-shift";
    const given = {
      levelShift: givenParams(levelShift.spec.params, flags),
      pelt: givenParams(peltParams, flags),
      alarms: givenParams(alarmParams, flags),
    };
    requireOneMethod(method, flags, given);
    const { changepoints } = await import("./changepoints.js");
    await changepoints(files, given as never, { ...flags, method, train: flags.train ?? train.default }, session);
  });
}

/** A flag of another method than the one asked for would do nothing. */
function requireOneMethod(
  method: string,
  flags: Readonly<Record<string, unknown>>,
  given: Readonly<Record<"levelShift" | "pelt" | "alarms", Readonly<Record<string, unknown>>>>,
): void {
  const own = ["train", "columns", "drop"].filter((name) => flags[name] !== undefined);
  const idle =
    flags.model !== undefined
      ? [...own, ...["method"].filter((name) => flags[name] !== undefined), ...named(given.levelShift, given.pelt)]
      : method === "pelt"
        ? [...own.filter((name) => name === "train"), ...named(given.levelShift, given.alarms)]
        : named(given.pelt);
  const [first] = idle;
  if (first === undefined) return;
  const of = flags.model === undefined ? `--method ${method}` : "--model";
  throw new UsageError("USAGE", `--${flagName(first)} has no meaning with ${of}`, {
    remedy: "telltale changepoints --help says what belongs to what",
  });
}

function named(...given: readonly Readonly<Record<string, unknown>>[]): string[] {
  return given.flatMap((params) => Object.keys(params));
}
