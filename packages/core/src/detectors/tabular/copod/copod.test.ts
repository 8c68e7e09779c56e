import { describe, expect, it } from "vitest";
import { matrix } from "../../../matrix.js";
import { copod } from "./copod.js";

const column = (...values: number[]) => matrix(Float64Array.from(values), values.length, 1);

describe("copod by hand", () => {
  it("takes the greater of the mean of both tails and the one a column is skewed to", () => {
    const model = copod().fitSync(column(1, 2, 3, 40)); // skewed to the right
    const ln = Math.log;
    const expected = [ln(4) / 2, (ln(2) + ln(4 / 3)) / 2, ln(2), ln(4), ln(5)];
    model.scoreSync(column(1, 2, 3, 40, 50)).forEach((score, i) => {
      expect(score).toBeCloseTo(expected[i] as number, 14);
    });
    // not skewed: the sum of both tails
    expect(
      copod()
        .fitSync(column(1, 2, 3))
        .scoreSync(column(2))[0],
    ).toBeCloseTo(2 * ln(3 / 2), 14);
  });
});
