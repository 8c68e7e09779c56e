import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { averagePrecision, rocAuc } from "../../../metrics/index.js";
import { scale } from "../../../prepare/scale.js";
import "../../../registry.js";
import { detectorFromText } from "../../composed.js";
import { hasPublicData, PUBLIC_DATA, readNpz } from "../../testing/public-data.js";
import golden from "./variants.golden.json" with { type: "json" };

const SEEDS = 2;
/** Means of two seeds against means of ten: four deviations of the difference, and what a thousandth cannot matter. */
const DEVIATIONS = 4 * Math.sqrt(1 / SEEDS + 1 / golden.seeds);
const present = hasPublicData("forests that choose their splits on real data");

describe.skipIf(!present)("quality is isotree's, within its spread from seed to seed", () => {
  describe.each(Object.entries(golden.sets))("%s", (name, kinds) => {
    const { x: raw, labels } = present
      ? readNpz(join(PUBLIC_DATA, "adbench", `${name}.npz`))
      : { x: { data: new Float64Array(0), rows: 0, cols: 0 }, labels: new Uint8Array(0) };

    it.each(Object.entries(kinds))("%s", (text, peer) => {
      const x = scale({ method: "min-max" }).fit(raw).transform(raw);
      let [area, precision] = [0, 0];
      for (let seed = 1; seed <= SEEDS; seed++) {
        const given = `trees=${golden.trees},seed=${seed}`;
        const scores = detectorFromText(`${text}${text.includes(":") ? "," : ":"}${given}`)
          .fitSync(x)
          .scoreSync(x);
        area += rocAuc(labels, scores) / SEEDS;
        precision += averagePrecision(labels, scores) / SEEDS;
      }
      const { rocAuc: areas, averagePrecision: precisions } = peer;
      const near = (found: number, { mean, std }: { mean: number; std: number }) =>
        expect(Math.abs(found - mean), `ours ${found}, isotree ${mean} ± ${std}`).toBeLessThan(
          DEVIATIONS * std + 0.002,
        );
      near(area, areas);
      near(precision, precisions);
    });
  });
});
