import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import "@telltale/native/register";
import { recordEnvironment } from "../record/environment.js";
import { LOCAL_RESULTS } from "../record/results.js";
import { type PumpResult, pumpStudy } from "./study.js";

const HELP = `A simulated water pump with 52 sensors: principal components, LSTM encoder and decoder, and how long before each breakdown it
warns.

  --rows <n>     minutes of a record. Default: 44064
  --epochs <n>   epochs of a training at most. Default: 10
  --out <file>   where the JSON goes; default: results/local/water-pump.json
`;
const SEEDS = [1, 2, 3];

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "44064" },
    epochs: { type: "string", default: "10" },
    out: { type: "string", default: join(LOCAL_RESULTS, "water-pump.json") },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  const environment = recordEnvironment();
  const results: PumpResult[] = [];
  for (const seed of SEEDS) {
    const result = await pumpStudy({ seed, rows: Number(values.rows), epochs: Number(values.epochs) });
    results.push(result);
    console.log(
      `seed ${seed} · precision ${result.precision} · recall ${result.recall} · F1 ${result.f1} · support ${result.support} · warned ${result.warned} of ${result.failures}, minutes before BROKEN: ${result.leadMinutes.join(", ")} · false alarms ${result.falseAlarms}`,
    );
  }
  writeFileSync(values.out, `${JSON.stringify({ environment, results })}\n`);
}
