import { matrix } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { scoreColumns } from "./score-columns.js";

const rows = {
  file: "a.csv",
  firstRow: 1,
  rows: 2,
  scores: Float64Array.of(0.5, 0.7),
  time: { name: "datetime", type: "timestamp" as const, values: Float64Array.of(0, 1000) },
  labels: undefined,
  contributions: matrix(Float64Array.of(0.1, -1, 0.3, 0, -0.1, Number.NaN, 0.2, 0.2), 2, 4, ["a", "b", "c", "d"]),
};

describe("columns of the output", () => {
  it("are score and anomaly, with file and time where there are several or known", () => {
    const plain = scoreColumns({ ...rows, time: undefined }, Uint8Array.of(0, 1), { file: false, explain: undefined });
    expect(plain.map(({ name, type }) => [name, type])).toEqual([
      ["score", "float64"],
      ["anomaly", "int32"],
    ]);
    const changes = scoreColumns(rows, Uint8Array.of(0, 1), {
      ...{ file: false, explain: undefined },
      changes: Uint8Array.of(0, 1),
    });
    expect(changes.map(({ name }) => name).slice(-2)).toEqual(["anomaly", "changepoint"]);
    const all = scoreColumns(rows, undefined, { file: true, explain: undefined });
    expect(all.map(({ name }) => name)).toEqual(["file", "time", "score"]);
    expect(all[0]?.values).toEqual(["a.csv", "a.csv"]);
  });

  it("name the columns that push up most; the first wins a tie, and shares are of the upward pushes", () => {
    const found = scoreColumns(rows, undefined, { file: false, explain: 3 }).slice(2);
    expect(found.map(({ name }) => name)).toEqual(
      "cause1 cause1_share cause2 cause2_share cause3 cause3_share".split(" "),
    );
    const values = found.map((column) => [...(column.values as Iterable<unknown>)]);
    expect(values[0]).toEqual(["c", "c"]);
    expect(values[2]).toEqual(["a", "d"]);
    expect(values[4]).toEqual([null, null]);
    expect(values[1]?.[0]).toBeCloseTo(0.75, 12);
    expect(values[3]).toEqual([expect.closeTo(0.25, 12), 0.5]);
    expect(values[5]).toEqual([Number.NaN, Number.NaN]);
  });

  it("never name more causes than there are columns", () => {
    expect(scoreColumns(rows, undefined, { file: false, explain: 9 })).toHaveLength(2 + 8);
  });

  it("find the same causes as sorting does", () => {
    const cols = 7;
    const data = Float64Array.from({ length: 50 * cols }, (_, i) => (((i * 7919) % 101) - 40) / 10);
    const many = {
      ...rows,
      rows: 50,
      scores: new Float64Array(50),
      time: undefined,
      contributions: matrix(data, 50, cols),
    };
    const columns = scoreColumns(many, undefined, { file: false, explain: 4 });
    for (let i = 0; i < 50; i++) {
      const row = [...data.subarray(i * cols, (i + 1) * cols)].map((value, j) => ({ value, j }));
      const sorted = row.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value || a.j - b.j);
      const expected = [0, 1, 2, 3].map((k) => (sorted[k] === undefined ? null : String(sorted[k].j)));
      expect([0, 1, 2, 3].map((k) => columns[1 + 2 * k]?.values[i])).toEqual(expected);
    }
  });
});
