import { createHash } from "node:crypto";
import { findWindowLength, ShapeError } from "@telltale/core";
import { expect, it } from "vitest";
import { ANOMALY_KINDS } from "../inject-anomalies/kinds.js";
import { anomalySeries, anomalySeriesName, anomalySeriesText } from "./anomaly-series.js";

it("gives the same bytes for the same seed, on every machine", () => {
  const text = (seed: number) => [...anomalySeriesText(anomalySeries({ seed }))].join("");
  expect(text(1)).toBe(text(1));
  expect(text(2)).not.toBe(text(1));
  expect(createHash("sha256").update(text(1)).digest("hex")).toBe(
    "7c609cf0acdb8e0a4df8b135acef8313d8e93c9e489005959e1e8243a65fb787",
  );
  const lines = text(1).split("\n");
  expect(lines[0]).toBe("value,Label");
  expect(lines).toHaveLength(6002);
});

it("keeps the training rows clean, and names the file as the benchmark does", () => {
  const series = anomalySeries({ seed: 3 });
  expect(series.injections.map(({ kind }) => kind)).toEqual(ANOMALY_KINDS.filter((kind) => kind !== "swapped-sensors"));
  expect(series.trainRows).toBe(2000);
  const first = series.anomaly.indexOf(1);
  expect(first).toBeGreaterThanOrEqual(2000);
  expect(anomalySeriesName(series)).toBe(`001_Telltale_id_1_Sensor_tr_2000_1st_${first + 1}.csv`);
  const plain = anomalySeries({ seed: 3, kinds: [], count: 0 });
  expect(plain.matrix.data.slice(0, 2000)).toEqual(series.matrix.data.slice(0, 2000));
  expect(findWindowLength(plain.matrix.data)).toBe(50);
});

it("refuses what it cannot make", () => {
  expect(() => anomalySeries({ rows: 100 })).toThrow(ShapeError);
});
