import { DataError, ModelFileError, matrix, ParamError } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { type Column, type Table, table } from "../table.js";
import {
  applyPreparation,
  fillGaps,
  learnPreparation,
  parseDuration,
  preparationText,
  readPreparation,
  regularTime,
  type SeriesRows,
  Survey,
  seriesRows,
  tidyRows,
} from "./index.js";

const NAN = Number.NaN;

function numbers(name: string, values: number[]): Column {
  return { name, type: "float64", values: Float64Array.from(values) };
}

function texts(name: string, values: (string | null)[]): Column {
  return { name, type: "string", values };
}

/** One variable at these times. */
function series(times: number[], values: number[], more: Partial<SeriesRows> = {}): SeriesRows {
  return {
    rows: times.length,
    names: ["v"],
    values: Float64Array.from(values),
    time: { name: "t", type: "timestamp", values: Float64Array.from(times) },
    labels: undefined,
    beside: [],
    ...more,
  };
}

const timesOf = ({ time }: SeriesRows) => [...(time?.values ?? [])];

describe("the survey", () => {
  it("says which columns can be variables, over several chunks and files", () => {
    const survey = new Survey();
    const chunk = (from: number, file: string, firstRow: number): Table =>
      table(
        [
          numbers("row", [from, from + 1, from + 2, from + 3]),
          numbers("level", [1, NAN, 3, 4]),
          numbers("same", [7, 7, NAN, 7]),
          numbers("nothing", [NAN, NAN, NAN, NAN]),
          texts("mixed", ["1.5", " 2 ", "Bad", null]),
          texts("words", ["a", "b", "1", "c"]),
          { name: "when", type: "timestamp", values: Float64Array.of(1, 2, 3, 4) },
        ],
        { file, firstRow },
      );
    for (const [from, firstRow] of [
      [0, 1],
      [4, 5],
      [8, 9],
    ] as const)
      survey.add(chunk(from, "a", firstRow));
    // A second file counts from its own beginning.
    survey.add(chunk(1, "b", 1));
    const found = new Map(survey.facts().map((each) => [each.name, each.unusable]));
    expect(Object.fromEntries(found)).toEqual({
      row: "row numbers",
      level: undefined,
      same: "constant",
      nothing: "empty",
      mixed: undefined,
      words: "text",
      when: "times",
    });
    expect(survey.facts().find(({ name }) => name === "mixed")).toMatchObject({ present: 12, notNumbers: 4 });
    expect(survey.rows).toBe(16);
  });

  it("does not take a sensor for row numbers because it begins to count", () => {
    const survey = new Survey();
    survey.add(table([numbers("v", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11])]));
    const short = new Survey();
    short.add(table([numbers("v", [0, 1, 2])]));
    expect([survey, short].map((each) => each.facts()[0]?.unusable)).toEqual([undefined, undefined]);
  });
});

describe("tidy rows", () => {
  it("leaves out rows that say nothing or say it twice, and puts the others in order", () => {
    const untidy = series([30, 10, 20, 20, 20, NAN, 40], [3, 1, 2, 2, 2.5, 9, NAN], {
      beside: [texts("note", ["c", "a", "b", "b again", "b too", "never", "empty"])],
    });
    const { series: tidy, report } = tidyRows(untidy);
    expect(timesOf(tidy)).toEqual([10, 20, 20, 30]);
    expect([...tidy.values]).toEqual([1, 2, 2.5, 3]);
    expect(tidy.beside[0]?.values).toEqual(["a", "b", "b too", "c"]);
    expect(report).toEqual({ withoutTime: 1, empty: 1, duplicates: 1, moved: 4 });
  });

  it("leaves a tidy series alone, and repeats where there are no times", () => {
    const fine = series([1, 2], [5, 5]);
    expect(tidyRows(fine).series).toBe(fine);
    const { series: kept } = tidyRows({ ...series([0, 0], [5, 5]), time: undefined });
    expect(kept.rows).toBe(2);
    expect(tidyRows(series([1, 1], [5, 5], { labels: Uint8Array.of(0, 1) })).report.duplicates).toBe(0);
  });
});

describe("a regular grid of times", () => {
  it("makes one row for each step, and marks those without a reading", () => {
    const read = series([1000, 1400, 2000, 5100], [1, 3, 5, 9], {
      labels: Uint8Array.of(0, 1, 0, 0),
      beside: [texts("note", ["a", "b", "c", "d"])],
    });
    const { series: regular, report, gap } = regularTime(read, 1000, "mean");
    expect(timesOf(regular)).toEqual([1000, 2000, 3000, 4000, 5000]);
    expect([...regular.values]).toEqual([2, 5, NAN, NAN, 9]);
    expect([...(regular.labels ?? [])]).toEqual([1, 0, 0, 0, 0]);
    expect(regular.beside[0]?.values).toEqual(["b", "c", null, null, "d"]);
    expect([...gap]).toEqual([0, 0, 1, 1, 0]);
    expect(report).toEqual({ gaps: 2, longestGap: 2 });
  });

  it.each([
    ["mean", 4],
    ["median", 3],
    ["min", 1],
    ["max", 8],
    ["first", 8],
    ["last", 1],
  ] as const)("combines the readings of a step by their %s, without the missing ones", (how, expected) => {
    expect([...regularTime(series([0, 1, 2, 3], [8, NAN, 3, 1]), 10, how).series.values]).toEqual([expected]);
    expect(regularTime(series([0, 1, 2, 3], [8, 2, 4, 1]), 10, "median").series.values[0]).toBe(3);
  });

  it("reads durations, and refuses what would fill the memory", () => {
    expect(["500ms", "10s", "5min", "2 h", "1d", "7"].map((text) => parseDuration(text).step)).toEqual([
      500, 10_000, 300_000, 7_200_000, 86_400_000, 7,
    ]);
    for (const text of ["", "5 parsecs", "-1s", "0s", "s"]) expect(() => parseDuration(text)).toThrow(ParamError);
    expect(() => regularTime(series([0, 1e12], [1, 2]), 1, "mean")).toThrow(/would make 1000000000001 rows of 2/);
    expect(() => regularTime({ ...series([0], [1]), time: undefined }, 1, "mean")).toThrow(DataError);
  });
});

describe("filling in", () => {
  const gappy = () => series([0, 1, 2, 3, 4, 5, 6, 7], [NAN, 2, NAN, NAN, 8, NAN, 9, NAN]);

  it("takes the value before, or the straight line between", () => {
    expect([...fillGaps(gappy(), "previous").series.values]).toEqual([NAN, 2, 2, 2, 8, 8, 9, 9]);
    const { series: linear, filled } = fillGaps(gappy(), "linear");
    expect([...linear.values]).toEqual([NAN, 2, 4, 6, 8, 8.5, 9, NAN]);
    expect(filled).toBe(3);
  });

  it("leaves longer runs than the limit as they are", () => {
    expect([...fillGaps(gappy(), "linear", 1).series.values]).toEqual([NAN, 2, NAN, NAN, 8, 8.5, 9, NAN]);
    const all = series([0, 1], [NAN, NAN]);
    expect(fillGaps(all, "previous").filled).toBe(0);
  });
});

describe("what was learned", () => {
  const train = matrix(Float64Array.of(1, 10, 3, NAN, 5, 30), 3, 2, ["a", "b"]);

  it("fills in and scales as the training rows have it, after a round trip through a file", () => {
    const learned = learnPreparation([train], ["a", "b"], { fill: "mean", scaling: "min-max" });
    expect(learned.fill?.values).toEqual([3, 20]);
    const again = readPreparation(preparationText(learned), "prep.json");
    expect(again).toEqual(learned);
    const values = Float64Array.of(NAN, NAN, 9, 10);
    expect(applyPreparation(values, again)).toBe(2);
    expect([...values]).toEqual([0.5, 0.5, 2, 0]);
    expect(learnPreparation([train], ["a", "b"], {})).toEqual({ columns: ["a", "b"], fill: null, scale: null });
  });

  it("is refused when its file cannot be trusted", () => {
    const good = JSON.parse(
      preparationText(learnPreparation([train], ["a", "b"], { fill: "zero", scaling: "robust" })),
    );
    const read = (change: object) => () => readPreparation(JSON.stringify({ ...good, ...change }), "prep.json");
    expect(read({})).not.toThrow();
    for (const change of [
      { columns: [] },
      { columns: ["a", "a"] },
      { columns: ["a"] },
      { fill: { policy: "guess", values: [1, 2] } },
      { fill: { policy: "mean", values: [1, null] } },
      { scale: { method: "standard", center: [0, 0], divisor: [1, 0] } },
      { scale: { method: "standard", center: [0, 0] } },
    ]) {
      expect(read(change), JSON.stringify(change)).toThrow(ModelFileError);
    }
    expect(read({ version: 2 })).toThrow(/reads 1/);
    expect(read({ format: "other" })).toThrow(/no saved preparation/);
    expect(() => readPreparation("{", "prep.json")).toThrow(/prep\.json: .*no JSON/);
  });
});

it("a series is read out of its chunks; text that is no number is missing", () => {
  const chunk = (values: (string | null)[], firstRow: number) =>
    table(
      [
        texts("v", values),
        numbers(
          "w",
          values.map(() => firstRow),
        ),
        texts("note", values),
      ],
      { firstRow },
    );
  const read = seriesRows([chunk(["1", "x"], 1), chunk([null, "4.5"], 3)], { names: ["v", "w"], beside: ["note"] });
  expect([...read.values]).toEqual([1, 1, NAN, 1, NAN, 3, 4.5, 3]);
  expect(read.beside[0]?.values).toEqual(["1", "x", null, "4.5"]);
});
