import { fromRows } from "@telltale/core";
import "@telltale/native/register";
import { expect, test } from "vitest";
import { principalComponents, project } from "./principal-components.js";
import { pumpStudy } from "./study.js";

test("a line in the plane has one component", () => {
  const x = fromRows([-2, -1, 0, 1, 2].map((t) => [t, t]));
  const projection = principalComponents(x, 0.99);
  expect(projection.components).toBe(1);
  expect([...project(x, projection).data].map((v) => Number(v.toFixed(6)))).toEqual([
    -2.828427, -1.414214, 0, 1.414214, 2.828427,
  ]);
});

test("a short record is judged, and the same a second time", async () => {
  const options = { seed: 1, rows: 6000, failures: 2, epochs: 1 };
  const result = await pumpStudy(options);
  expect(result.failures).toBe(2);
  expect(result.support).toBeGreaterThan(100);
  expect(result.columns).toBeLessThan(52);
  expect(result.components).toBeGreaterThan(1);
  expect(result.precision).toBeGreaterThan(0.3);
  expect(result.leadMinutes).toHaveLength(2);
  expect(await pumpStudy(options)).toEqual(result);
});
