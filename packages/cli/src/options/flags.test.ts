import { flag, int, intOr, ints, oneOf, ParamError, registry } from "@telltale/core";
import { OUTPUT_FORMATS } from "@telltale/data";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addFormatFlag } from "./common-flags.js";
import { describeDefault, flagName, givenParams, schemaFlags } from "./flags.js";

const schema = {
  trees: int({ default: 100, min: 1, max: 1000, doc: "Trees." }),
  maxDepth: intOr("auto", { default: "auto", min: 1, doc: "Depth." }),
  metric: oneOf(["l1", "l2"], { default: "l2", doc: "Metric." }),
  bootstrap: flag({ default: true, doc: "Bootstrap." }),
  back: ints({ default: [1], min: 1, doc: "Lags." }),
};

function parse(...args: string[]): Record<string, unknown> {
  const command = new Command().exitOverride();
  for (const option of schemaFlags(schema)) command.addOption(option);
  return givenParams(schema, command.parse(args, { from: "user" }).opts());
}

describe("flags of a schema", () => {
  it("are kebab-case, and give back only what was said", () => {
    expect(flagName("maxDepth")).toBe("max-depth");
    expect(parse()).toEqual({});
    expect(parse("--trees", "20", "--max-depth=auto", "--metric", "l1")).toEqual({
      trees: 20,
      maxDepth: "auto",
      metric: "l1",
    });
    expect(parse("--max-depth", "7", "--back", "1,5")).toEqual({ maxDepth: 7, back: [1, 5] });
  });

  it("switch a yes-or-no parameter on and off", () => {
    expect(parse("--bootstrap")).toEqual({ bootstrap: true });
    expect(parse("--bootstrap", "no")).toEqual({ bootstrap: false });
    expect(describeDefault(true)).toBe("yes");
  });

  it("refuse what the schema refuses, naming the flag", () => {
    for (const [args, text] of [
      [["--trees", "0"], /--trees: expected a whole number ≥ 1 and ≤ 1000; found 0/],
      [["--trees", "2.5"], /--trees/],
      [["--max-depth", "deep"], /--max-depth: .*or "auto"; found "deep"/],
      [["--metric", "cosine"], /--metric: expected one of l1, l2/],
      [["--bootstrap", "perhaps"], /--bootstrap: expected true or false/],
    ] as const) {
      expect(() => parse(...args), args.join(" ")).toThrow(ParamError);
      expect(() => parse(...args), args.join(" ")).toThrow(text);
    }
  });

  it("say bounds and defaults in their help", () => {
    const help = schemaFlags(schema).map((option) => `${option.flags} ${option.description}`);
    expect(help[0]).toBe("--trees <number> Trees. (a whole number ≥ 1 and ≤ 1000; default 100)");
    expect(help[3]).toBe("--bootstrap [yes|no] Bootstrap. (default yes)");
  });

  it("do not collide with the flags that every fit has, in any detector", () => {
    const taken =
      "model columns drop time label normal threshold inputFormat delimiter header decimal threads kernels json quiet help";
    for (const { spec } of registry.list()) {
      for (const name of Object.keys(spec.params)) expect(taken.split(" ")).not.toContain(name);
    }
  });
});

describe("--format", () => {
  it("offers what can be written", () => {
    const [option] = addFormatFlag(new Command()).options;
    expect(option?.argChoices).toEqual([...OUTPUT_FORMATS]);
  });
});
