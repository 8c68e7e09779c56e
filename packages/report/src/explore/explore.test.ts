import { ColumnError, DataError, Random, ShapeError } from "@telltale/core";
import { describe, expect, it } from "vitest";
import {
  correlationChart,
  courseChart,
  distributionsChart,
  type ExploredColumn,
  type ExploredTable,
  Explorer,
  explorationReport,
  explore,
  kpss,
  pairsChart,
  toHtml,
} from "../index.js";
import { chartsOf, expectWhole } from "../testing/charts.js";
import { Course } from "./course.js";

const numbers = (name: string, values: ArrayLike<number>): ExploredColumn => ({
  name,
  type: "float64",
  values: Float64Array.from(values),
});
const NASTY = `</script><script>alert("x")</script>&'`;
const SECOND = 1000;

/** A rig with everything that may be wrong. */
function rig(rows: number): ExploredTable {
  const random = new Random(3);
  const noise = () => random.normal();
  const flow = Array.from({ length: rows }, (_, i) => Math.sin((2 * Math.PI * i) / 24) + 0.1 * noise());
  const column = (make: (i: number) => number) => Float64Array.from({ length: rows }, (_, i) => make(i));
  return {
    rows,
    file: "rig.csv",
    firstRow: 1,
    columns: [
      {
        name: "when",
        type: "timestamp",
        values: column((i) => Date.UTC(2026, 0, 1) + SECOND * (i + (i > 200 ? 3600 : 0))),
      },
      numbers("flow", flow),
      numbers("flow again", flow),
      numbers(
        "twice flow",
        flow.map((v) => 2 * v + 1e-6 * noise()),
      ),
      numbers(
        "empty",
        column(() => Number.NaN),
      ),
      numbers(
        "constant",
        column(() => 7),
      ),
      numbers(
        "gappy",
        column((i) => (i % 4 === 0 ? Number.NaN : noise())),
      ),
      numbers(
        "endless",
        column((i) => (i === 5 ? Number.POSITIVE_INFINITY : noise())),
      ),
      numbers(
        "drift",
        column((i) => i / 50 + noise()),
      ),
      numbers(
        "hangs",
        column((i) => (i >= 100 && i < 180 ? 1.5 : noise())),
      ),
      numbers(
        "skewed",
        column((i) => (i % 97 === 0 ? 1000 + noise() : noise())),
      ),
      {
        name: "state",
        type: "string",
        values: Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? "idle" : "busy")),
      },
      numbers(NASTY, column(noise)),
      numbers(
        "label",
        column((i) => (i >= 300 && i < 320 ? 1 : 0)),
      ),
    ],
  };
}

const seen = explore(rig(600), { label: "label", split: 0.5 });
const about = (code: string) => seen.findings.warnings.filter((warning) => warning.code === code);

describe("warnings in words", () => {
  it.each([
    ["EMPTY", "empty is empty"],
    ["CONSTANT", "constant never changes"],
    ["IDENTICAL", "flow and flow again are identical: all but one can be left out"],
    ["ALIKE", "flow and twice flow say the same: their correlation is 1.0000"],
    ["MISSING", "values are missing in gappy (25 %)"],
    ["INFINITE", "endless has infinite values"],
    ["TEXT", "state is text, which detectors do not read"],
    ["STUCK", "hangs stays at one value for 80 rows from row 101 on, as a sensor that hangs does"],
    ["GAPS", "1 gap in when: the longest lasts 60 minutes, where 1 second is usual"],
    ["SKEWED", "skewed is very skewed: a few rows are far out, and a logarithm may help"],
    ["SPLIT_SHIFT", "drift is elsewhere behind the split: the means are more than a standard deviation apart, up to 3"],
  ])("%s: %s", (code, text) => {
    const [found] = about(code);
    expect(found?.text.startsWith(text.slice(0, -1)), found?.text).toBe(true);
  });

  it("says nothing of clean data", () => {
    const random = new Random(1);
    const clean = explore({
      rows: 500,
      columns: ["a", "b"].map((name) =>
        numbers(
          name,
          Array.from({ length: 500 }, () => random.normal()),
        ),
      ),
    });
    expect(clean.findings.warnings).toEqual([]);
    expect(toHtml(explorationReport(clean, { title: "clean" }))).toContain("Nothing stands out.");
  });

  it("finds classes that are out of balance, of one kind, or told by one column", () => {
    const codes = (labels: number[], other = labels.map((_, i) => i % 7)) =>
      explore(
        { rows: labels.length, columns: [numbers("x", other), numbers("y", labels)] },
        { label: "y" },
      ).findings.warnings.map(({ code }) => code);
    expect(codes(Array.from({ length: 1000 }, (_, i) => (i === 7 ? 1 : 0)))).toContain("IMBALANCE");
    expect(codes(new Array<number>(200).fill(0))).toContain("ONE_CLASS");
    expect(codes(new Array<number>(200).fill(1))).toContain("ONE_CLASS");
    expect(codes(Array.from({ length: 200 }, (_, i) => (i % 3 > 0 ? 1 : 0)))).toContain("MOSTLY_ANOMALOUS");
    const half = Array.from({ length: 200 }, (_, i) => (i > 150 ? 1 : 0));
    expect(
      codes(
        half,
        half.map((v, i) => 10 * v + (i % 5)),
      ),
    ).toContain("LEAK");
  });

  it("finds times that go back, stand still, are missing or come unevenly", () => {
    const codes = (times: number[]) =>
      explore({
        rows: times.length,
        columns: [
          { name: "t", type: "timestamp", values: Float64Array.from(times) },
          numbers(
            "x",
            times.map((_, i) => (i * i) % 11),
          ),
        ],
      }).findings.warnings.map(({ code }) => code);
    const even = Array.from({ length: 200 }, (_, i) => i * SECOND);
    expect(codes(even)).not.toContain("TIME_BACKWARD");
    expect(codes(even.toReversed())).toContain("TIME_BACKWARD");
    expect(codes(even.map((t, i) => (i === 9 ? (even[8] as number) : t)))).toContain("TIME_REPEATED");
    expect(codes(even.map((t, i) => (i === 9 ? Number.NaN : t)))).toContain("TIME_MISSING");
    expect(codes(even.map((t, i) => t + (i % 3) * 100))).toContain("MIXED_STEPS");
  });

  it("finds the number of the row among the columns", () => {
    const found = explore({
      rows: 200,
      columns: [
        numbers(
          "Unnamed: 0",
          Array.from({ length: 200 }, (_, i) => i),
        ),
        numbers(
          "x",
          Array.from({ length: 200 }, (_, i) => (i * i) % 17),
        ),
      ],
    });
    expect(found.findings.warnings.map(({ text }) => text)).toEqual(["Unnamed: 0 only counts the rows: leave it out"]);
  });

  it("counts rows that stand twice", () => {
    const twice = explore({
      rows: 6,
      columns: [
        numbers("a", [1, 2, 1, 1, Number.NaN, Number.NaN]),
        { name: "b", type: "string", values: ["x", "y", "x", null, "z", "z"] },
      ],
    });
    expect(twice.findings.duplicates).toEqual({ rows: 2, looked: 6 });
  });
});

describe("figures", () => {
  it("are those of the values", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
    const [column] = explore({ rows: 10, columns: [numbers("pi", values)] }).findings.columns;
    // NumPy's mean, std and quantile, scipy.stats' skew and kurtosis (1.17.1).
    expect(column).toMatchObject({
      mean: 3.9,
      min: 1,
      max: 9,
      lowerQuartile: 2.25,
      median: 3.5,
      upperQuartile: 5,
      distinct: 7,
    });
    expect(column?.standardDeviation).toBeCloseTo(2.3430749027719964, 12);
    expect(column?.skewness).toBeCloseTo(0.6800647393157097, 12);
    expect(column?.kurtosis).toBeCloseTo(-0.1642529387759173, 12);
  });

  it("do not depend on how the rows were cut, and keep their digits far from nought", () => {
    const table = rig(600);
    const parts = new Explorer({ label: "label", split: 0.5 });
    for (const [from, to] of [
      [0, 1],
      [1, 250],
      [250, 600],
    ] as const) {
      const columns = table.columns.map(
        (column) => ({ ...column, values: column.values.slice(from, to) }) as ExploredColumn,
      );
      parts.add({ rows: to - from, columns, file: "rig.csv", firstRow: from + 1 });
    }
    const close = (value: unknown) =>
      JSON.parse(JSON.stringify(value, (_, v) => (typeof v === "number" ? Number(v.toPrecision(9)) : v)));
    expect(close(parts.result().findings)).toEqual(close(seen.findings));
    const far = explore({ rows: 4, columns: [numbers("far", [1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4])] });
    expect(far.findings.columns[0]?.standardDeviation).toBeCloseTo(Math.sqrt(1.25), 12);
  });

  it("find the season", () => {
    const flow = seen.findings.columns.find(({ name }) => name === "flow");
    expect(flow?.period?.rows).toBe(24);
    expect(seen.findings.columns.find(({ name }) => name === "drift")?.period).toBeNull();
  });

  it("are of all rows in a course, whose spikes stay", () => {
    const course = new Course(1);
    const values = new Float64Array(100_000);
    values[54_321] = 9;
    for (let i = 0; i < values.length; i += 7919) {
      const part = values.subarray(i, i + 7919);
      course.add([part], part.length);
    }
    const stretches = course.of(0, 50);
    expect(stretches.length).toBeLessThanOrEqual(50);
    expect(stretches.filter(({ max }) => max === 9)).toHaveLength(1);
    expect(stretches.reduce((sum, { count }) => sum + count, 0)).toBe(100_000);
    expect(stretches.find(({ from, to }) => from <= 54_321 && 54_321 < to)?.max).toBe(9);
    expect(stretches.at(-1)?.to).toBe(100_000);
  });
});

describe("the page", () => {
  const report = explorationReport(seen, { title: NASTY, footer: "made by a test" });

  it.each(chartsOf(report).map((chart) => [chart.name, chart] as const))(
    "%s is plain data and a picture",
    (_, chart) => {
      expectWhole(chart);
    },
  );

  it("has a picture of everything there is", () => {
    expect(chartsOf(report).map(({ name }) => name)).toEqual([
      "missing-values",
      "classes",
      "sampling",
      "split",
      "distributions",
      "correlation",
      "pairs",
      "principal-components",
      "autocorrelation",
    ]);
  });

  it("shows names as they are", () => {
    const page = toHtml(report);
    expect(page).not.toContain("<script>alert");
    expect([...page.matchAll(/<\/script>/g)]).toHaveLength(3);
  });

  it("does with one row, one column, no numbers, an empty column, one class", () => {
    const lone = (columns: ExploredColumn[], label?: string) => {
      const found = explorationReport(explore({ rows: columns[0]?.values.length ?? 0, columns }, { label }), {
        title: "x",
      });
      for (const chart of chartsOf(found)) expectWhole(chart);
      expect(toHtml(found)).toContain("<h1>x</h1>");
      return chartsOf(found).map(({ name }) => name);
    };
    expect(lone([numbers("a", [1])])).toEqual(["course", "distributions"]);
    expect(lone([{ name: "t", type: "string", values: ["a", null, "b"] }])).toEqual(["missing-values"]);
    expect(lone([numbers("a", [Number.NaN, Number.NaN])])).toEqual(["missing-values"]);
    expect(lone([numbers("a", [1, 2, 3, 4]), numbers("y", [0, 0, 0, 0])], "y")).toContain("classes");
    expect(lone([{ name: "on", type: "boolean", values: Uint8Array.of(0, 1, 255, 1) }])).toContain("distributions");
    expect(lone([numbers("a", [1, 1, 1]), numbers("b", [2, 2, 2])])).toEqual(["course", "distributions"]);
    expect(lone([{ name: "t", type: "timestamp", values: Float64Array.of(5) }])).toEqual(["sampling"]);
  });

  it("stays readable and small with 500 sensors", () => {
    const random = new Random(2);
    const rows = 400;
    const columns = Array.from({ length: 500 }, (_, j) =>
      numbers(
        `sensor_${j}`,
        Array.from({ length: rows }, () => random.normal()),
      ),
    );
    const wide = explore({ rows, columns });
    const found = explorationReport(wide, { title: "wide" });
    expect(chartsOf(found).filter(({ name }) => name.startsWith("correlation"))).toHaveLength(2);
    for (const chart of chartsOf(found)) expect(chart.height).toBeLessThan(3000);
    expect(toHtml(found).length).toBeLessThan(12e6);
    expect(correlationChart(wide, { page: 13 }).summary).toContain("Page 13 of 13");
    expect(courseChart(wide, { page: 99 }).summary).toContain("Page 21 of 21");
    expect(distributionsChart(wide, { columns: ["sensor_499"] }).data[1]?.name).toBe("sensor_499: from");
  });
});

describe("the test of a level", () => {
  // statsmodels 0.14.4: kpss(…, regression="c", nlags="legacy").
  it.each([
    ["with a slight slope", 400, (i: number) => ((i * 37) % 101) + i / 300, 0.10385856914523124],
    ["around one level", 400, (i: number) => (i * 37) % 101, 0.027713789831712642],
  ])("has statsmodels' statistic %s", (_, rows, make, expected) => {
    expect(kpss(Float64Array.from({ length: rows }, (_, i) => make(i)))).toBeCloseTo(expected, 12);
  });

  it("needs three values, and says nothing of equal ones", () => {
    expect(() => kpss(Float64Array.of(1, 2))).toThrow(/needs 3 values/);
    expect(kpss(Float64Array.of(1, 1, 1))).toBeNaN();
  });
});

describe("many rows", () => {
  it("are sampled where they must be, and it says so", () => {
    const rows = 30_000;
    const explorer = new Explorer({ label: "y" });
    for (let part = 0; part < 4; part++) {
      explorer.add({
        rows,
        firstRow: part * rows + 1,
        columns: [
          numbers(
            "x",
            Array.from({ length: rows }, (_, i) => (part * rows + i) % 1009),
          ),
          numbers(
            "y",
            Array.from({ length: rows }, (_, i) => (i < 5 ? 1 : 0)),
          ),
        ],
      });
    }
    const many = explorer.result();
    expect(many.findings.sampled).toBe(20_000);
    expect(many.findings.rows).toBe(120_000);
    // Rare anomalies have a sample of their own.
    expect(many.anomalies.x.rows).toBe(20);
    expect(many.findings.columns[0]?.median).toBeGreaterThan(480);
    expect(many.findings.columns[0]?.median).toBeLessThan(528);
    const report = explorationReport(many, { title: "many" });
    expect(report.summary).toContain("of 20,000 drawn evenly");
    expect(toHtml(report).length).toBeLessThan(4e6);
  });
});

describe("what cannot be", () => {
  const table = { rows: 2, columns: [numbers("a", [1, 2]), numbers("b", [0, 3])] };
  it.each([
    ["no row", () => new Explorer().result(), ShapeError, /at least one row/],
    ["no such label", () => explore(table, { label: "c" }), ColumnError, /no such column/],
    ["no such time", () => explore(table, { time: "c" }), ColumnError, /There are a, b/],
    ["a label of 3", () => explore(table, { label: "b" }), DataError, /0 or 1; found 3/],
    [
      "labels of text",
      () => explore({ rows: 1, columns: [{ name: "s", type: "string", values: ["x"] }] }, { label: "s" }),
      DataError,
      /labelReader/,
    ],
    ["too few labels", () => explore(table, {}, [1]), ShapeError, /2 rows need as many labels/],
    [
      "a pair that is not there",
      () => pairsChart(explore(table), { pairs: [["a", "z"]] }),
      ColumnError,
      /There are a, b/,
    ],
    [
      "other columns later",
      () => {
        const explorer = new Explorer();
        explorer.add(table);
        explorer.add({ rows: 1, columns: [numbers("z", [1])] });
      },
      ColumnError,
      /a, b/,
    ],
  ])("%s", (_, attempt, kind, text) => {
    expect(attempt).toThrow(kind);
    expect(attempt).toThrow(text);
  });
});
