import { describe, expect, it } from "vitest";
import { matrix } from "../../../matrix.js";
import { ecod } from "./ecod.js";

const column = (...values: number[]) => matrix(Float64Array.from(values), values.length, 1);

describe("ecod by hand", () => {
  it("takes the greatest of both tails and the one a column is skewed to", () => {
    const model = ecod().fitSync(column(1, 2, 3, 40)); // skewed to the right
    const ln = Math.log;
    const expected = [ln(4), ln(2), ln(2), ln(4), ln(5)];
    model.scoreSync(column(1, 2, 3, 40, 50)).forEach((score, i) => {
      expect(score).toBeCloseTo(expected[i] as number, 14);
    });
    // not skewed: the sum of both tails
    expect(
      ecod()
        .fitSync(column(1, 2, 3))
        .scoreSync(column(2))[0],
    ).toBeCloseTo(2 * ln(3 / 2), 14);
  });
});
