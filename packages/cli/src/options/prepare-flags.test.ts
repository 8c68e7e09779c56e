import { int } from "@telltale/core";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { prepareFlags, prepareSteps, rowsReached } from "./prepare-flags.js";

function steps(...args: string[]) {
  const command = new Command().exitOverride();
  for (const option of prepareFlags()) command.addOption(option);
  const options = command.parse(args, { from: "user" }).opts();
  return { names: prepareSteps(options).map(({ spec, params }) => [spec.name, params]), reached: rowsReached(options) };
}

describe("flags of preparation", () => {
  it("refuse bad values and do nothing else unless asked", () => {
    expect(steps()).toEqual({
      names: [
        ["infinite", { policy: "error" }],
        ["missing", { policy: "error" }],
      ],
      reached: 1,
    });
  });

  it("run in one order, whatever the order of the flags", () => {
    const asked = ["--lags", "3", "--scale", "robust", "--missing", "mean", "--infinite", "clip"];
    expect(steps(...asked)).toEqual({
      names: [
        ["infinite", { policy: "clip" }],
        ["missing", { policy: "mean" }],
        ["scale", { method: "robust" }],
        ["lags", { lags: [1, 2, 3] }],
      ],
      reached: 4,
    });
  });

  it("make way for flags of the detector of the same name", () => {
    const detector = { window: int({ default: 3, doc: "Rows." }), lags: int({ default: 1, doc: "Rows back." }) };
    const flags = prepareFlags(detector).map(({ long }) => long);
    expect(flags).toContain("--prepare-window");
    expect(flags).toContain("--prepare-lags");
    expect(flags).toContain("--window-stride");
    expect(flags).not.toContain("--window");
    const options = { window: 7, prepareWindow: 4, prepareLags: [2] };
    expect(prepareSteps(options, detector).map(({ params }) => params)).toMatchObject([
      {},
      {},
      { size: 4 },
      { lags: [2] },
    ]);
    expect(rowsReached(options, detector)).toBe(6);
    expect(rowsReached({ window: 7 }, detector)).toBe(1);
  });

  it("put principal components between scaling and windows", () => {
    const { names } = steps("--window", "5", "--project", "0.99", "--whiten", "no", "--scale", "standard");
    expect(names.slice(2, 4)).toEqual([
      ["scale", { method: "standard" }],
      ["principal-components", { components: 0.99, whiten: false }],
    ]);
    expect(() => steps("--project", "many")).toThrow(/--project/);
  });

  it("make windows of the size, stride and summary given", () => {
    const { names, reached } = steps("--window", "5", "--window-stride", "2", "--window-summary", "statistics");
    expect(names[2]).toEqual(["windows", { size: 5, stride: 2, summary: "statistics" }]);
    expect(reached).toBe(9);
  });
});
