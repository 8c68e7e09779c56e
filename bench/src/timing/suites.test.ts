import { expect, test } from "vitest";
import { timeSuites } from "./suites.js";

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test("gives seconds a call, pooled over the rounds", () => {
  const calls = [
    { name: "short", call: () => busy(1) },
    { name: "long", call: () => busy(4) },
  ];
  const timings = timeSuites(calls, { rounds: 2, secondsPerRound: 0.05 });
  const [short, long] = [timings.get("short"), timings.get("long")];
  expect(short?.samples).toBeGreaterThanOrEqual(4);
  expect(short?.fastest).toBeGreaterThan(0.0009);
  expect(long?.fastest).toBeGreaterThan(0.0039);
});

test("a call that throws stops the run", () => {
  const call = () => {
    throw new RangeError("broken kernel");
  };
  expect(() => timeSuites([{ name: "bad", call }], { rounds: 1, secondsPerRound: 0.01 })).toThrow("broken kernel");
});
