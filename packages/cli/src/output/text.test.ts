import { Evaluator, fixed } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { Session } from "../session.js";
import { evaluationText } from "./evaluation-text.js";
import { bytes, count, duration, listed, number, percent } from "./numbers.js";
import { printable } from "./printable.js";
import { textTable } from "./text-table.js";

describe("numbers for people", () => {
  it("are short and have units", () => {
    expect(count(1, "row")).toBe("1 row");
    expect(count(37401, "row")).toBe("37,401 rows");
    expect(count(2, "anomaly", "anomalies")).toBe("2 anomalies");
    expect([number(0.1 + 0.2), number(1234567), number(Number.NaN)]).toEqual(["0.3", "1234570", "NaN"]);
    expect([duration(0.349), duration(12.34), duration(125)]).toEqual(["0.35 s", "12.3 s", "2 min 5 s"]);
    expect([percent(0.5), percent(0.005)]).toEqual(["50.0 %", "0.50 %"]);
    expect([bytes(999), bytes(1500), bytes(2.5e9)]).toEqual(["999 bytes", "1.5 kB", "2.5 GB"]);
    expect(listed(["a", "b", "c", "d"], 3)).toBe("a, b, c and 1 more");
  });
});

describe("text table", () => {
  it("aligns columns and leaves nothing behind the last one", () => {
    expect(
      textTable(
        [
          ["name", "n"],
          ["a", "10"],
          ["long name", "7"],
        ],
        ["left", "right"],
        1,
      ),
    ).toBe([" name        n", " a          10", " long name   7"].join("\n"));
    expect(
      textTable([
        ["a", ""],
        ["b", "c"],
      ]),
    ).toBe("a\nb  c");
  });
});

describe("text out of files", () => {
  it("cannot steer the terminal", () => {
    expect(printable("Preß\u001b[2Jure\r\u009b31m\nnext")).toBe("Preß\\u001b[2Jure\\u000d\\u009b31m\nnext");
  });
});

describe("evaluation for people", () => {
  it("shows every figure once, as counted by hand", () => {
    const threshold = fixed(0.5).fit(new Float64Array(0));
    const evaluator = new Evaluator();
    const scores = Float64Array.of(0.1, 0.2, 0.9, 0.8, 0.3);
    evaluator.add([0, 0, 0, 1, 1], scores, threshold.apply(scores));
    const lines = evaluationText(evaluator.result(), threshold, new Session({ stdout: { write: () => {} } })).split(
      "\n",
    );
    expect(lines[0]).toBe(
      "5 rows, 2 of them labelled as anomalies (40.0 %); 2 rows flagged, score above 0.5 (fixed:0.5)",
    );
    expect(lines.find((line) => line.startsWith("anomaly (1)"))?.split(/\s+/)).toEqual(
      "anomaly (1) 0.5000 0.5000 0.5000 2".split(" "),
    );
    expect(lines.find((line) => line.startsWith("normal (0)"))?.split(/\s+/)).toEqual(
      "normal (0) 0.6667 0.6667 0.6667 3".split(" "),
    );
    expect(lines.find((line) => line.startsWith("ROC-AUC"))).toMatch(/^ROC-AUC +0\.6667 /);
    expect(lines.find((line) => line.startsWith("false-alarm"))).toMatch(/ 0\.3333 /);
    expect(lines.slice(-2).map((line) => line.split(/\s+/))).toEqual([
      ["anomaly", "1", "1"],
      ["normal", "1", "2"],
    ]);
  });
});
