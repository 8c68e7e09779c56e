import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { LOCAL_RESULTS, readReport } from "../record/results.js";
import { renderReport } from "./reports.js";

// Prints reports as Markdown: those named, else the latest of this machine.
const named = process.argv.slice(2);
const files = named.length > 0 ? named : ["kernels.json", "peers.json"].map((name) => join(LOCAL_RESULTS, name));
const found = files.filter((file) => existsSync(file));
if (found.length < Math.max(1, named.length)) {
  const missing = files.filter((file) => !existsSync(file)).join(", ");
  console.error(`no results in ${missing}: run \`npm run bench\` or \`npm run bench:peers\` first`);
  process.exitCode = 1;
}
for (const file of found) console.log(renderReport(readReport(file)));
