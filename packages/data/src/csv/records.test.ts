import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvRecord, RecordSplitter } from "./records.js";

function split(pieces: readonly string[], delimiter = ","): CsvRecord[] {
  const splitter = new RecordSplitter(delimiter);
  return [...pieces.flatMap((piece) => [...splitter.push(piece)]), ...splitter.end()];
}

describe("RecordSplitter", () => {
  it("reads back what was quoted, however the text is cut into pieces", () => {
    const field = fc.string({ unit: fc.constantFrom("a", "é", ",", '"', "\n", "\r", " "), maxLength: 6 });
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, fc.constantFrom("\n", "\r\n"), fc.array(fc.nat(40)), (rows, newline, cuts) => {
        const text = rows
          .map((fields) => fields.map((value) => `"${value.replaceAll('"', '""')}"`).join(",") + newline)
          .join("");
        const places = [0, ...cuts.filter((at) => at <= text.length).sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((to, i) => text.slice(places[i], to));
        expect(split(pieces).map(({ fields }) => fields)).toEqual(rows);
      }),
    );
  });

  it("knows the line of each record", () => {
    const records = split(['a,"x\ny"\r\n\r\n1,', "2"]);
    expect(records.map(({ line }) => line)).toEqual([1, 3, 4]);
    expect(records.map(({ newline }) => newline)).toEqual(["\r\n", "\r\n", ""]);
  });

  it("says when a quote stays open", () => {
    expect(split(['1,"2\n3']).map(({ unterminated }) => unterminated)).toEqual([true]);
  });
});
