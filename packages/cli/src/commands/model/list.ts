import { alarmParams, type DetectorFactory, expectation, registry, thresholdRules } from "@telltale/core";
import { describeDefault, flagName } from "../../options/flags.js";
import { textTable } from "../../output/text-table.js";
import type { Session } from "../../session.js";

/** Prints one detector or all of them. */
export function list(name: string | undefined, session: Session): void {
  const factories = name === undefined ? registry.list() : [registry.get(name)];
  if (session.json) {
    const detectors = factories.map(describe);
    session.printJson(name === undefined ? { detectors } : detectors[0]);
    return;
  }
  session.print(factories.map((factory) => inWords(factory, session)).join("\n\n"));
}

/** Bounds that stand for "any" are left out. */
function describe({ spec }: DetectorFactory) {
  const params = Object.entries(spec.params).map(([name, param]) => ({
    name,
    flag: `--${flagName(name)}`,
    kind: param.kind,
    default: param.default,
    ...(param.min !== undefined && param.min > Number.MIN_SAFE_INTEGER ? { min: param.min } : {}),
    ...(param.max !== undefined && param.max < Number.MAX_SAFE_INTEGER ? { max: param.max } : {}),
    ...(param.exclusive === true ? { exclusive: true } : {}),
    ...(param.choices === undefined ? {} : { choices: param.choices }),
    ...(param.word === undefined ? {} : { word: param.word }),
    ...(param.words === undefined ? {} : { words: param.words }),
    help: param.doc,
  }));
  const { name, aliases = [], summary, input, traits, leastRows } = spec;
  return { name, aliases, summary, input, traits, leastRows, params };
}

function inWords({ spec }: DetectorFactory, session: Session): string {
  const { name, aliases = [], summary, input, traits, leastRows } = spec;
  const facts = [
    input === "series" ? `for series${traits.causal ? ", also as a stream" : ""}` : "for tables",
    traits.supervised ? "learns from labels" : "needs no labels",
    traits.missing ? "takes missing values" : "takes no missing values",
    ...(traits.quadratic ? ["time grows with the square of the rows"] : []),
    ...(leastRows > 1 ? [`needs at least ${leastRows} training rows`] : []),
    ...(traits.neural ? ["a neural network, which runs on the kernels"] : []),
    ...(traits.checkpoints ? ["learns in epochs, and goes on from a --checkpoint"] : []),
    ...(spec.contributions === undefined ? [] : ["says which columns made a score"]),
  ];
  const rows = Object.entries(spec.params).map(([key, param]) => [
    `--${flagName(key)}`,
    describeDefault(param.default),
    expectation(param),
    param.doc,
  ]);
  return [
    session.bold(name) + (aliases.length > 0 ? ` (also ${aliases.join(", ")})` : ""),
    `  ${summary}`,
    `  ${facts.join("; ")}.`,
    ...(rows.length === 0 ? [] : [textTable([["flag", "default", "value", "meaning"], ...rows], [], 2)]),
  ].join("\n");
}

/** Prints the rules that `--threshold` takes. */
export function listThresholds(session: Session): void {
  if (session.json) {
    session.printJson({
      thresholds: thresholdRules.map((rule) => ({
        name: rule.name,
        aliases: rule.aliases ?? [],
        summary: rule.doc,
        example: `${rule.name}:${rule.example}`,
        needs: rule.needsLabels === true ? "labels" : rule.needsScores ? "scores" : "nothing",
        oracle: rule.oracle === true,
        params: [
          { name: rule.key, kind: "number", range: rule.range, ...(rule.optional ? { default: rule.example } : {}) },
          ...Object.entries(rule.options).map(([name, param]) => ({
            name,
            kind: param.kind,
            default: param.default,
            ...(param.choices === undefined ? {} : { choices: param.choices }),
            help: param.doc,
          })),
        ],
      })),
      // Every rule that decides row by row takes them.
      alarms: Object.entries(alarmParams).map(([name, param]) => ({
        name,
        kind: param.kind,
        default: param.default,
        min: param.min,
        max: param.max,
        help: param.doc,
      })),
    });
    return;
  }
  const text = thresholdRules.map((rule) => {
    const { aliases = [] } = rule;
    const rows = [
      [rule.key, rule.optional ? String(rule.example) : "", `a number ${rule.range}`, ""],
      ...Object.entries(rule.options).map(([name, param]) => [
        name,
        describeDefault(param.default),
        expectation(param),
        param.doc,
      ]),
    ];
    return [
      session.bold(`${rule.name}:${rule.example}`) + (aliases.length > 0 ? ` (also ${aliases.join(", ")})` : ""),
      `  ${rule.doc}${rule.needsLabels ? " Needs labels." : ""}`,
      textTable([["parameter", "default", "value", "meaning"], ...rows], [], 2),
    ].join("\n");
  });
  const alarms = Object.entries(alarmParams).map(([name, param]) => [
    name,
    describeDefault(param.default),
    expectation(param),
    param.doc,
  ]);
  const conditions = [
    session.bold("any rule, such as quantile:0.995,hits=3,of=5"),
    "  When rows beyond the limit are an alarm, row by row.",
    textTable([["parameter", "default", "value", "meaning"], ...alarms], [], 2),
  ];
  session.print([...text, conditions.join("\n")].join("\n\n"));
}
