import { createHash } from "node:crypto";
import { isolationForest, mahalanobis, ParamError, rocAuc } from "@telltale/core";
import { expect, it } from "vitest";
import { NINE_COLUMNS, nineColumns, nineColumnsText, ODD_ROWS } from "./nine-columns.js";

it("gives the same bytes for the same seed, on every machine", () => {
  const text = (seed: number) => [...nineColumnsText(nineColumns({ seed, rows: 1000 }))].join("");
  expect(text(1)).toBe(text(1));
  expect(text(2)).not.toBe(text(1));
  expect(createHash("sha256").update(text(1)).digest("hex")).toBe(
    "a00ef095a9ad0b7f60bd93103ff1181d592ddd31393299b415da0e4111130884",
  );
  expect(text(1).split("\n")[0]).toBe(`${NINE_COLUMNS.join(",")},response`);
});

it("has as many anomalous rows as asked, a third of each kind, anywhere in the table", () => {
  const { response, kind } = nineColumns({ seed: 4, rows: 3000, rate: 0.05 });
  expect(response.reduce((sum, one) => sum + one, 0)).toBe(150);
  for (const odd of ODD_ROWS) expect(kind.filter((name) => name === odd)).toHaveLength(50);
  expect(kind.map((name) => Number(name !== "none"))).toEqual([...response]);
  expect(response.slice(0, 1000).includes(1) && response.slice(2000).includes(1)).toBe(true);
  expect(nineColumns({ rows: 10, rate: 0 }).response).toEqual(new Uint8Array(10));
  expect(nineColumns({ rows: 10, rate: 1 }).response).toEqual(new Uint8Array(10).fill(1));
});

it("hides its anomalies well enough that detectors differ", async () => {
  const { matrix, response } = nineColumns({ seed: 1, rows: 3000 });
  const forest = rocAuc(response, await (await isolationForest({ seed: 1 }).fit(matrix)).score(matrix));
  const ellipse = rocAuc(response, await (await mahalanobis().fit(matrix)).score(matrix));
  expect(forest).toBeGreaterThan(0.75);
  expect(forest).toBeLessThan(0.95);
  expect(ellipse).toBeGreaterThan(0.97);
});

it("refuses what it cannot make", () => {
  expect(() => nineColumns({ rate: 1.5 })).toThrow(ParamError);
  expect(() => nineColumns({ rows: 0 })).toThrow(ParamError);
});
