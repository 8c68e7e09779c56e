import type { FileSchema } from "@telltale/data";
import { expect, test } from "vitest";
import { timeColumn } from "./time-column.js";

const file = (types: Record<string, "timestamp" | "float64">) =>
  ({ columns: Object.entries(types).map(([name, type]) => ({ name, type })) }) as unknown as FileSchema;
const when = file({ datetime: "timestamp", a: "float64" });

test("the only column of times is the one", () => {
  expect(timeColumn({ files: [when, when] }, {})).toBe("datetime");
  expect(timeColumn({ files: [when] }, { time: "a" })).toBe("a");
});

test("nothing is guessed where there are several, others elsewhere, or the user has chosen", () => {
  expect(timeColumn({ files: [file({ start: "timestamp", end: "timestamp" })] }, {})).toBeUndefined();
  expect(timeColumn({ files: [file({ start: "timestamp", end: "timestamp" })] }, { drop: ["end"] })).toBe("start");
  expect(timeColumn({ files: [when, file({ date: "timestamp" })] }, {})).toBeUndefined();
  expect(timeColumn({ files: [when, file({ a: "float64" })] }, {})).toBeUndefined();
  expect(timeColumn({ files: [when] }, { drop: ["datetime"] })).toBeUndefined();
  expect(timeColumn({ files: [when] }, { columns: ["a"] })).toBeUndefined();
});
