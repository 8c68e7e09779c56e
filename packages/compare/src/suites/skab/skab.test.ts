import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runSuite } from "../run-suite.js";
import { skab } from "./skab.js";

const DATA = join(import.meta.dirname, "../../../../../../shared/datasets/skab");
const present = existsSync(DATA);
if (!present) console.log(`skipped: the SKAB benchmark on its files, since ${DATA} is not there`);

describe.skipIf(!present)("skab on its own files", () => {
  it("has the published counts of its methods, and controls as measured with its own program", async () => {
    const result = await runSuite(skab, DATA, {
      detectors: ["mean-z", "long-run-z", "level-shift", "published"],
      seed: 0,
    });
    const row = (name: string) => result.rows.find((each) => each.name === name)?.measures;
    for (const name of ["T²", "T²+Q", "MSET"]) {
      const { tp, tn, fp, fn, nab } = result.rows.find((each) => each.name === name)?.published?.measures ?? {};
      expect(row(name), name).toMatchObject({ tp, tn, fp, fn });
      expect(row(name)?.nab, name).toBeCloseTo(nab as number, 2);
    }
    expect(row("T²+Q (sorted)")).toMatchObject({ tp: 9878, tn: 7501, fp: 3529, fn: 2893 });
    expect(row("T²+Q (textbook)")?.f1).toBeCloseTo(0.749, 3);
    expect(row("constant")?.f1).toBeCloseTo(0.698, 3);
    expect(row("constant")?.averagePrecision).toBeCloseTo(0.532, 3);
    expect(row("all but edges")?.f1).toBeCloseTo(0.771, 3);
    expect(row("all but edges")?.f1Throughout).toBeCloseTo(0.698, 3);
    expect(row("all that the rule allows")?.f1).toBeCloseTo(0.805, 3);
    expect(row("mean |z|")?.averagePrecision).toBeCloseTo(0.822, 3);
    expect(row("mean |z|")?.f1).toBeCloseTo(0.841, 3);
    expect(row("mean |z|")?.f1Throughout).toBeCloseTo(0.766, 3);
    expect(row("alarm every 60 rows")?.nab).toBeCloseTo(66.5, 1);
    expect(row("alarm every 60 rows")?.changePoints).toBe(127);
    expect(row("mean-z")?.averagePrecision).toBeCloseTo(0.8236, 3);
    // The defaults for sensors and for change points, as docs/skab.md has them.
    expect(row("long-run-z")?.f1).toBeCloseTo(0.879, 3);
    expect(row("long-run-z")?.f1Throughout).toBeCloseTo(0.8306, 3);
    expect(row("long-run-z")?.averagePrecision).toBeCloseTo(0.8755, 3);
    expect(row("level-shift alarms")?.nab).toBeCloseTo(47.4, 1);
    expect(row("level-shift alarms")?.alarmPrecision).toBeCloseTo(0.775, 3);
    expect(result.provenance.data).toHaveLength(34);
  }, 120_000);
});
