import { registry } from "@telltale/core";
import { expect, it } from "vitest";
import "./register.js";

it("every detector that trains a network takes checkpoints", () => {
  const neural = registry.list().filter(({ spec }) => spec.traits.neural === true);
  expect(neural.length).toBeGreaterThan(8);
  expect(neural.filter(({ spec }) => spec.traits.checkpoints !== true).map(({ spec }) => spec.name)).toEqual([]);
});
