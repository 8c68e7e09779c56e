import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { nativeStatus } from "@telltale/native";
import { NoSuchCase, WrongResult } from "./failures.js";
import { benchKernels } from "./kernels.js";
import { LOCAL_RESULTS, writeReport } from "./record/results.js";
import { renderReport } from "./render/reports.js";

const HELP = `Times the native kernels against the reference.

  --smoke          small shapes, under a minute; fails on wrong results, never on slow ones
  --case <text>    only cases whose name contains this text
  --out <file>     where the JSON goes; default: results/local/kernels.json (smoke: kernels-smoke.json)
`;

const { values } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    case: { type: "string", default: "" },
    out: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const status = nativeStatus();
if (!status.available) {
  console.error(`No native kernels, so only the reference is measured. ${status.remedy ?? "TELLTALE_NATIVE is off."}`);
}
try {
  const started = performance.now();
  const report = benchKernels({ smoke: values.smoke, filter: values.case, progress: (text) => console.error(text) });
  const file = values.out ?? join(LOCAL_RESULTS, values.smoke ? "kernels-smoke.json" : "kernels.json");
  writeReport(file, report);
  console.log(renderReport(report));
  console.log(`${report.results.length} cases in ${Math.round((performance.now() - started) / 1000)} s: ${file}`);
} catch (error) {
  if (!(error instanceof WrongResult || error instanceof NoSuchCase)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof NoSuchCase ? 2 : 1;
}
