import { fromRows } from "@telltale/core";
import { expect, test } from "vitest";
import { unequalScales } from "./unequal-scales.js";

test("columns of different units are told apart; constant and missing values do not count", () => {
  const x = fromRows(
    [
      [0, 1, 5, Number.NaN],
      [100, 2, 5, 1],
      [200, 3, 5, 2],
    ],
    ["pressure", "current", "constant", "gaps"],
  );
  const found = unequalScales([x]);
  expect(found?.most.name).toBe("pressure");
  expect(found?.most.value).toBeCloseTo(Math.sqrt(20000 / 3), 9);
  expect(found?.least).toEqual({ name: "gaps", value: 0.5 });
});

test("columns alike are nothing to speak of", () => {
  expect(
    unequalScales([
      fromRows([
        [0, 0],
        [1, 20],
      ]),
    ]),
  ).toBeUndefined();
  expect(unequalScales([fromRows([[5], [5]])])).toBeUndefined();
  expect(unequalScales([])).toBeUndefined();
});
