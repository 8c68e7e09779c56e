// Puts the page, @telltale/core, the neural detectors and a sample into a folder that any web server can serve: node examples/browser/build.mjs [folder]
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { isolationForest, pipeline, quantile, standardize } from "@telltale/core";
import { pumpRig, pumpRigCsv } from "@telltale/datasets";

/** Fills the folder. */
export function buildSite(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of ["index.html", "style.css", "app.js", "csv.js"]) {
    cpSync(join(import.meta.dirname, name), join(folder, name));
  }
  for (const name of ["core", "deep", "wasm"]) {
    const built = dirname(fileURLToPath(import.meta.resolve(`@telltale/${name}`)));
    cpSync(built, join(folder, name), { recursive: true, filter: (path) => !/\.(map|d\.ts)$/.test(path) });
  }

  const healthy = pumpRig({ seed: 7, rows: 3000, faults: [] }).matrix;
  const forest = isolationForest({ trees: 100, seed: 7 });
  const model = pipeline({ steps: [standardize()], detector: forest, threshold: quantile(0.995) }).fitSync(healthy);
  writeFileSync(join(folder, "sample.safetensors"), model.save());
  writeFileSync(join(folder, "sample.csv"), pumpRigCsv(pumpRig({ seed: 8, rows: 2000 })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? "telltale-page";
  buildSite(folder);
  console.log(`Serve it with any web server, for example: python3 -m http.server --directory ${folder}`);
}
