import { describe, expect, it } from "vitest";
import { ColumnError, ShapeError } from "./errors.js";
import { firstNonFinite, fromRows, matrix, rowRange, selectColumns, selectRows, stackRows } from "./matrix.js";

const x = fromRows(
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  ["a", "b", "c"],
);

describe("matrix", () => {
  it("wraps without copying", () => {
    const data = Float64Array.of(1, 2, 3, 4);
    expect(matrix(data, 2, 2).data).toBe(data);
    expect(matrix(new Float64Array(0), 0, 5).rows).toBe(0);
    expect("columns" in matrix(data, 2, 2)).toBe(false);
  });

  it.each([
    [2, 3],
    [-1, 4],
    [1.5, 4],
    [4, 0],
    [Number.NaN, 1],
    [2 ** 53, 1],
  ])("refuses %d × %d for four values", (rows, cols) => {
    expect(() => matrix(new Float64Array(4), rows, cols)).toThrow(ShapeError);
  });

  it("refuses what is no Float64Array, says what to use", () => {
    for (const other of [[1, 2], new Float32Array(2), undefined]) {
      expect(() => matrix(other as unknown as Float64Array, 2, 1)).toThrow(/Use Float64Array\.from/);
    }
  });

  it("refuses names that do not fit", () => {
    expect(() => matrix(new Float64Array(2), 1, 2, ["a"])).toThrow(/2 columns need 2 names; found 1/);
    expect(() => matrix(new Float64Array(2), 1, 2, ["a", "a"])).toThrow(ColumnError);
  });
});

describe("making matrices of others", () => {
  it("copies rows and refuses ragged ones by number", () => {
    expect([...x.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(() => fromRows([[1, 2], [3]])).toThrow(/^row 2: every row needs 2 values; found 1/);
    expect(() => fromRows([])).toThrow(expect.objectContaining({ code: "SHAPE_EMPTY" }));
  });

  it("views a range of rows", () => {
    const part = rowRange(x, 1, 2);
    expect([part.rows, part.columns, ...part.data]).toEqual([1, ["a", "b", "c"], 4, 5, 6]);
    expect(part.data.buffer).toBe(x.data.buffer);
  });

  it("selects rows in any order, more than once", () => {
    const part = selectRows(x, [1, 0, 1]);
    expect(part).toEqual({
      data: Float64Array.of(4, 5, 6, 1, 2, 3, 4, 5, 6),
      rows: 3,
      cols: 3,
      columns: ["a", "b", "c"],
    });
    expect(selectRows(x, []).rows).toBe(0);
  });

  it("picks columns in any order, with their names", () => {
    const part = selectColumns(x, [2, 0]);
    expect([part.columns, ...part.data]).toEqual([["c", "a"], 3, 1, 6, 4]);
  });

  it("puts matrices one below the other", () => {
    expect([...stackRows([x, rowRange(x, 0, 1)]).data]).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3]);
    expect(stackRows([x])).toBe(x);
    expect(() => stackRows([])).toThrow(ShapeError);
    expect(() => stackRows([x, fromRows([[1]])])).toThrow(/3 columns; found 1/);
  });

  it("finds the first value that is not finite", () => {
    expect(firstNonFinite(x)).toBe(-1);
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(
        firstNonFinite(
          fromRows([
            [1, 2],
            [odd, Number.NaN],
          ]),
        ),
      ).toBe(2);
    }
  });
});
