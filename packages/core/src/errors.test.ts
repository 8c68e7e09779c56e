import { describe, expect, it } from "vitest";
import {
  ColumnError,
  DataError,
  FileError,
  KernelError,
  ModelFileError,
  ParamError,
  ShapeError,
  TelltaleError,
} from "./errors.js";

describe("errors", () => {
  it("say where, what and what to do, in this order", () => {
    const where = { file: "pump.csv", line: 12, row: 11, column: "Pressure" };
    const error = new DataError("DATA_MISSING", "found nothing", { where, remedy: "Fill it in" });
    expect(error.message).toBe('pump.csv, line 12, row 11, column "Pressure": found nothing. Fill it in');
    expect([error.code, error.where, error.remedy]).toEqual(["DATA_MISSING", where, "Fill it in"]);
  });

  it("leave out what is not known", () => {
    const error = new ShapeError("SHAPE_EMPTY", "found no row");
    expect(error.message).toBe("found no row");
    expect([error.where, error.remedy, error.cause]).toEqual([{}, undefined, undefined]);
    expect(new ShapeError("X", "odd", { where: { row: 3 } }).message).toBe("row 3: odd");
  });

  it("can be told apart by class, by name and from all others", () => {
    for (const type of [ParamError, ShapeError, DataError, ColumnError, ModelFileError, FileError, KernelError]) {
      const error = new type("CODE", "text");
      expect(error).toBeInstanceOf(TelltaleError);
      expect(error.name).toBe(type.name);
      expect(error instanceof ParamError).toBe(type === ParamError);
      expect(String(error)).toBe(`${type.name}: text`);
    }
  });

  it("keep what caused them", () => {
    const cause = new Error("disk");
    expect(new FileError("FILE_UNREADABLE", "cannot read", { cause }).cause).toBe(cause);
  });
});
