import { fromRows } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { constantColumns } from "./constant-columns.js";
import { notesOf, readNotes } from "./model-notes.js";

describe("constant columns", () => {
  const names = ["a", "b", "c", "d"];

  it("are those with one value in all rows of all files, missing ones apart", () => {
    const one = fromRows(
      [
        [1, 5, Number.NaN, 0],
        [2, 5, 7, 0],
      ],
      names,
    );
    const two = fromRows(
      [
        [1, 5, 7, 0],
        [1, 5, Number.NaN, 1],
      ],
      names,
    );
    expect(constantColumns([one])).toEqual([
      { name: "b", value: 5 },
      { name: "c", value: 7 },
      { name: "d", value: 0 },
    ]);
    expect(constantColumns([one, two]).map(({ name }) => name)).toEqual(["b", "c"]);
  });

  it("are not looked for in a single row", () => {
    expect(constantColumns([fromRows([[1, 2]])])).toEqual([]);
  });
});

describe("notes of a model", () => {
  it("come back as they were told", () => {
    const told = { time: "datetime", label: "y", normal: ["OK"], drop: ["a,b", 'c"d'] };
    expect(readNotes({ notes: notesOf(told, ["/far/away/1.csv", "2.csv"]) })).toEqual({
      time: "datetime",
      label: "y",
      normal: ["OK"],
      dropped: ["a,b", 'c"d'],
      files: ["1.csv", "2.csv"],
    });
  });

  it("keep fifty file names at most", () => {
    const files = Array.from({ length: 80 }, (_, i) => `${i}.csv`);
    expect(readNotes({ notes: notesOf({}, files) }).files).toHaveLength(50);
  });

  it("may hold anything in a foreign file", () => {
    const notes = { dropped: "{", files: '{"a":1}', normal: "[1]" };
    expect(readNotes({ notes })).toEqual({ normal: [], dropped: [], files: [] });
  });
});
