import { expect, test } from "vitest";
import { judgeGoals, judgeMemory } from "./goals.js";

const entry = (contestant: string, median: number) => ({
  contestant,
  seconds: { median, fastest: median, slowest: median, samples: 1 },
});

test("a ratio goal is met when ours is that many times faster", () => {
  const entries = [entry("ours", 0.1), entry("theirs", 4)];
  const goal = { ours: "ours", theirs: "theirs", atLeast: 40 };
  expect(judgeGoals([goal], entries)).toEqual([
    { what: "ours against theirs", bound: "≥ 40 ×", measured: "40.0 ×", met: true },
  ]);
  expect(judgeGoals([{ ...goal, atLeast: 41 }], entries)[0]?.met).toBe(false);
});

test("a goal about somebody who did not run says nothing", () => {
  expect(judgeGoals([{ ours: "ours", theirs: "absent", atLeast: 2 }], [entry("ours", 1)])).toEqual([]);
});

test("memory", () => {
  expect(judgeMemory("peak", 499.6, 500)).toEqual({ what: "peak", bound: "≤ 500 MiB", measured: "500 MiB", met: true });
  expect(judgeMemory("peak", 501, 500).met).toBe(false);
});
