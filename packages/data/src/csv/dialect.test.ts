import { describe, expect, it } from "vitest";
import { sniffDialect } from "./dialect.js";

const sniff = (text: string, options = {}) => sniffDialect("x.csv", Buffer.from(text), true, options);

describe("sniffDialect", () => {
  it("is not led astray by delimiters within quotes", () => {
    const { delimiter, columns } = sniff('a;b\n"1,2,3";4\n"5,6,7";8\n');
    expect(delimiter).toBe(";");
    expect(columns.map(({ type }) => type)).toEqual(["string", "float64"]);
  });

  it("takes decimal commas only where no number has a point", () => {
    expect(sniff("a;b\n1,5;2\n").decimal).toBe(",");
    expect(sniff("a;b\n1,5;2.5\n").decimal).toBe(".");
  });

  it("lets the caller decide", () => {
    const { delimiter, header, columns } = sniff("a:b\n1:2\n", { delimiter: ":", header: false });
    expect({ delimiter, header, names: columns.map(({ name }) => name) }).toEqual({
      delimiter: ":",
      header: false,
      names: ["x0", "x1"],
    });
    expect(() => sniff("a\n1\n", { delimiter: "ab" })).toThrow(/one character/);
  });

  it.each([
    ["t,1,2\n5,6,7\n", true],
    ["2020-01-01,1,ok\n2020-01-02,2,ok\n", false],
    ["ok,1\nbad,2\n", false],
    ["a,nan\n1,2\n", true],
    ["name;1;x\n2;2,5;3\n", true],
  ])("tells whether %j begins with names: %s", (text, header) => {
    expect(sniff(text).header).toBe(header);
  });

  it("ignores a line that is cut off at the end of what is looked at", () => {
    const { columns } = sniffDialect("x.csv", Buffer.from("a,b\n1,2\n3,4e"), false, {});
    expect(columns.map(({ type }) => type)).toEqual(["float64", "float64"]);
  });

  it("refuses UTF-16", () => {
    expect(() => sniffDialect("x.csv", Buffer.from("\ufeffa,b\n1,2\n", "utf16le"), true, {})).toThrow(/UTF-16/);
  });
});
