import { expect, test } from "vitest";
import { timeInTurn } from "./in-turn.js";
import { median } from "./statistics.js";

test("every round runs each contestant once, starting with another one, and the warm-up is not counted", async () => {
  const order: string[] = [];
  const contestant = (name: string, seconds: number[]) => ({
    name,
    run: () => {
      order.push(name);
      return seconds.shift() ?? Number.NaN;
    },
  });
  const timings = await timeInTurn([contestant("a", [100, 3, 1, 2]), contestant("b", [200, 6, 5, 9])], 3);
  expect(order.join("")).toBe("abbaabba");
  expect(timings.get("a")).toEqual({ median: 2, fastest: 1, slowest: 3, samples: 3 });
  expect(timings.get("b")).toEqual({ median: 6, fastest: 5, slowest: 9, samples: 3 });
});

test("two contestants of one name are refused", async () => {
  const run = () => 1;
  await expect(
    timeInTurn(
      [
        { name: "a", run },
        { name: "a", run },
      ],
      1,
    ),
  ).rejects.toThrow("same name");
});

test("median", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});
