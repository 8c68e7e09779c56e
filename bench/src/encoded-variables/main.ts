import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { currentKernels } from "@telltale/core";
import { openSource } from "@telltale/data";
import { nineColumns } from "@telltale/datasets";
import "@telltale/native/register";
import { recordEnvironment } from "../record/environment.js";
import { BENCH, LOCAL_RESULTS } from "../record/results.js";
import { type LabelledTable, study } from "./study.js";

const HELP = `Autoencoder against variational autoencoder with two encoded variables, on tables of labelled rows: ranking, thresholds by
several rules, and test rows in the plane of the two variables.

  --data <folder>   ADBench files; those that are not there are left out. Default: ../shared/datasets/adbench beside the repository
  --epochs <n>      epochs of a training at most. Default: 60
  --out <file>      where the JSON goes; default: results/local/encoded-variables.json
`;

/** Sets of the public collection with nine columns, and one with fewer rows. */
const SETS = ["32_shuttle", "4_breastw", "14_glass"];
const SEEDS = [1, 2, 3];
const PLOTTED = 400;

const { values } = parseArgs({
  options: {
    data: { type: "string", default: join(BENCH, "..", "..", "shared", "datasets", "adbench") },
    epochs: { type: "string", default: "60" },
    out: { type: "string", default: join(LOCAL_RESULTS, "encoded-variables.json") },
    help: { type: "boolean", default: false },
  },
});

async function publicTable(name: string, file: string): Promise<LabelledTable> {
  const source = await openSource([file]);
  try {
    for await (const { matrix, labels } of source.matrices({ label: "y", rowsPerChunk: 10_000_000 })) {
      return { name, x: { ...matrix, data: matrix.data.slice() }, labels: (labels ?? new Uint8Array(0)).slice() };
    }
    throw new Error(`${file} has no rows`);
  } finally {
    await source.close();
  }
}

async function tables(): Promise<LabelledTable[]> {
  const generated = nineColumns({ seed: 1 });
  const found: LabelledTable[] = [{ name: "nine-columns", x: generated.matrix, labels: generated.response }];
  for (const name of SETS) {
    const file = join(values.data, `${name}.npz`);
    if (existsSync(file)) found.push(await publicTable(name, file));
    else console.error(`left out: ${file} is not there`);
  }
  return found;
}

if (values.help) {
  process.stdout.write(HELP);
} else {
  const studies = [];
  const environment = recordEnvironment();
  for (const table of await tables()) {
    console.error(`${table.name}: ${table.x.rows} rows of ${table.x.cols} columns`);
    const options = { seeds: SEEDS, epochs: Number(values.epochs), kernels: currentKernels(), plotted: PLOTTED };
    studies.push(await study(table, options));
  }
  writeFileSync(values.out, `${JSON.stringify({ environment, studies })}\n`);
  for (const { table, results } of studies) {
    for (const { network, seed, rocAuc, averagePrecision, rules } of results) {
      const marks = rules.map(({ rule, f1, oracle }) => `${rule}${oracle ? " (hindsight)" : ""} ${f1}`).join(" · ");
      console.log(`${table} · ${network} · seed ${seed} · ROC-AUC ${rocAuc} · AP ${averagePrecision} · F1: ${marks}`);
    }
  }
}
