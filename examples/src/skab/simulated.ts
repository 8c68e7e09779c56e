import { mkdirSync, writeFileSync } from "node:fs";
import { type Fault, pumpRig, pumpRigCsv } from "@telltale/datasets";

const GROUPS: readonly (readonly [folder: string, faults: readonly Fault[]])[] = [
  ["valve1", ["valve"]],
  ["valve2", ["valve"]],
  ["other", ["leak", "cavitation"]],
];

/** Files laid out as the benchmark has them, with simulated runs in them, for whoever does not have the benchmark. */
export function simulateSkab(folder: string, runs = 3, rows = 1000): string {
  GROUPS.forEach(([name, faults], g) => {
    mkdirSync(`${folder}/${name}`, { recursive: true });
    for (let run = 0; run < runs; run++) {
      // The column `fault` says in words what `anomaly` says; the benchmark has no such column.
      const rig = pumpRigCsv(pumpRig({ seed: 100 * g + run, rows, faults })).replace(/;[^;\r\n]*(\r\n)/g, "$1");
      writeFileSync(`${folder}/${name}/${run}.csv`, rig);
    }
  });
  return folder;
}
