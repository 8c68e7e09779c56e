import { createRequire } from "node:module";
import { lloyd, type Matrix, matrix, oneClassSvm, syncRun } from "@telltale/core";
import { kmeans } from "ml-kmeans";
import { dataFile, readDataFile } from "../../data/binary-files.js";
import { WrongResult } from "../../failures.js";
import type { Contestant } from "../../timing/in-turn.js";
import { REFERENCE } from "../../variants.js";
import { compare, type PeerCase, type PeerRun, singleThreaded } from "../peer-case.js";

// Libraries of npm beside our own JavaScript and the kernels, on shapes that all of them finish.

const SVM_NAMES = [
  "JavaScript, one-class SVM, fit, 4,000 × 32",
  "JavaScript, one-class SVM, score, 4,000 × 32",
] as const;
const SVM_ROWS = 4_000;
const SVM_COLS = 32;
const NU = 0.1;
const TOLERANCE = 1e-3;
/** Share of the rows that may be told apart differently, and of the support vectors: all stop within the tolerance. */
const AGREEMENT = 0.01;

/** A machine of some library, fitted or to be fitted; `flagged` counts rows outside. */
interface Machine {
  fit(): number | Promise<number>;
  flagged(): number;
}

export const JAVASCRIPT_SVM_CASE: PeerCase = { names: SVM_NAMES, run: runSvmCases };

async function runSvmCases(given: PeerRun) {
  const x = matrix(readDataFile(dataFile("gaussian", SVM_ROWS, SVM_COLS)).x, SVM_ROWS, SVM_COLS);
  const gamma = 1 / (SVM_COLS * variance(x.data));
  const machines = new Map<string, Machine>();
  for (const { isa, kernels } of [...singleThreaded(), REFERENCE]) {
    machines.set(`telltale ${isa}`, telltale(x, kernels, gamma));
  }
  machines.set("libsvm-js", await libsvmJs(x, gamma));
  machines.set("libsvm-wasm", await libsvmWasm(x, gamma));
  const fits = new Map<string, number>();
  const flags = new Map<string, number>();
  const contestants = (run: (name: string, machine: Machine) => number | Promise<number>): Contestant[] =>
    [...machines].map(([name, machine]) => ({ name, run: () => run(name, machine) }));
  const fit = await compare(
    { name: SVM_NAMES[0], task: "fit", unit: "fits", work: 1 },
    contestants(async (name, machine) => {
      const start = performance.now();
      fits.set(name, await machine.fit());
      return (performance.now() - start) / 1000;
    }),
    [],
    given,
  );
  requireAlike(SVM_NAMES[0], "support vectors", fits);
  const score = await compare(
    { name: SVM_NAMES[1], task: "score", unit: "rows", work: SVM_ROWS },
    contestants((name, machine) => {
      const start = performance.now();
      flags.set(name, machine.flagged());
      return (performance.now() - start) / 1000;
    }),
    [],
    given,
  );
  requireAlike(SVM_NAMES[1], "rows outside", flags);
  return [fit, score];
}

function telltale(x: Matrix, kernels: typeof REFERENCE.kernels, gamma: number): Machine {
  const detector = oneClassSvm({ nu: NU, gamma, tolerance: TOLERANCE, solver: "exact" });
  const fitted = () => detector.fitSync(x, { kernels, threads: 1 });
  let model: ReturnType<typeof fitted> | undefined;
  return {
    fit() {
      model = fitted();
      return model.state.solver === "exact" ? model.state.coefficients.length : 0;
    },
    flagged: () => (model ?? fitted()).scoreSync(x, { kernels, threads: 1 }).filter((score) => score > 0).length,
  };
}

const require = createRequire(import.meta.url);

/** The part of libsvm-js that is used; it has no types of its own. */
interface LibsvmJs {
  new (
    options: object,
  ): {
    train(rows: number[][], labels: number[]): void;
    predict(rows: number[][]): number[];
    getSVIndices(): number[];
    free(): void;
  };
  readonly SVM_TYPES: { readonly ONE_CLASS: string };
  readonly KERNEL_TYPES: { readonly RBF: string };
}

async function libsvmJs(x: Matrix, gamma: number): Promise<Machine> {
  const Svm = await withoutFetch(() => require("libsvm-js") as Promise<LibsvmJs>);
  const rows = rowsOf(x);
  const labels = rows.map(() => 1);
  const options = { type: Svm.SVM_TYPES.ONE_CLASS, kernel: Svm.KERNEL_TYPES.RBF, nu: NU, gamma, quiet: true };
  const make = () => new Svm({ ...options, tolerance: TOLERANCE, cacheSize: 200 });
  let machine = make();
  return {
    fit() {
      machine.free();
      machine = make();
      machine.train(rows, labels);
      return machine.getSVIndices().length;
    },
    flagged: () => machine.predict(rows).filter((label) => label < 0).length,
  };
}

async function libsvmWasm(x: Matrix, gamma: number): Promise<Machine> {
  const { SVM, SVMParam } = require("libsvm-wasm") as typeof import("libsvm-wasm");
  const rows = rowsOf(x);
  const labels = rows.map(() => 1);
  const options = { svm_type: 2, kernel_type: 2, gamma, nu: NU, cache_size: 200, shrinking: 1 };
  const make = () => new SVM(new SVMParam(options, TOLERANCE));
  let machine = make();
  return {
    async fit() {
      machine = make();
      // It keeps the console that it finds here, and prints while it trains.
      await silently(() => withoutFetch(() => machine.init()));
      machine.feedSamples(rows, labels);
      await machine.train();
      return Number.NaN; // it does not tell
    },
    flagged: () => rows.filter((row) => machine.predict(row) < 0).length,
  };
}

/** Both libraries ask `fetch`, where there is one, for a path of the file system, which Node's refuses. */
async function withoutFetch<T>(body: () => Promise<T>): Promise<T> {
  const { fetch } = globalThis;
  globalThis.fetch = undefined as never;
  try {
    return await body();
  } finally {
    globalThis.fetch = fetch;
  }
}

export async function silently(body: () => Promise<void>): Promise<void> {
  const { log, error } = console;
  console.log = console.error = () => {};
  try {
    await body();
  } finally {
    Object.assign(console, { log, error });
  }
}

function requireAlike(name: string, what: string, counts: ReadonlyMap<string, number>): void {
  const told = [...counts].filter(([, count]) => !Number.isNaN(count));
  const values = told.map(([, count]) => count);
  if (Math.max(...values) - Math.min(...values) <= AGREEMENT * SVM_ROWS) return;
  throw new WrongResult(`${name}: ${what} differ: ${told.map(([who, count]) => `${who} ${count}`).join("; ")}`);
}

const KMEANS_NAME = "JavaScript, k-means, 20,000 × 16, 16 clusters, 20 iterations";
const KMEANS_ROWS = 20_000;
const CLUSTERS = 16;
const COLS = 16;
const ITERATIONS = 20;

export const JAVASCRIPT_KMEANS_CASE: PeerCase = {
  names: [KMEANS_NAME],
  async run(given) {
    const x = matrix(readDataFile(dataFile("gaussian", KMEANS_ROWS, COLS)).x, KMEANS_ROWS, COLS);
    const rows = rowsOf(x);
    const initial = x.data.slice(0, CLUSTERS * COLS);
    const ours = [...singleThreaded(), REFERENCE].map(({ isa, kernels }): Contestant => {
      const run = async () => {
        const start = performance.now();
        const options = { maxIterations: ITERATIONS, tolerance: 0 };
        const { iterations } = await lloyd(x, initial, options, syncRun(kernels, 1));
        requireIterations(`telltale ${isa}`, iterations);
        return (performance.now() - start) / 1000;
      };
      return { name: `telltale ${isa}`, run };
    });
    const theirs: Contestant = {
      name: "ml-kmeans",
      run() {
        const start = performance.now();
        const options = { initialization: rows.slice(0, CLUSTERS), maxIterations: ITERATIONS, tolerance: 0 };
        const { iterations } = kmeans(rows, CLUSTERS, options);
        requireIterations("ml-kmeans", iterations);
        return (performance.now() - start) / 1000;
      },
    };
    return [await compare({ name: KMEANS_NAME, task: "fit", unit: "fits", work: 1 }, [...ours, theirs], [], given)];
  },
};

function requireIterations(name: string, iterations: number): void {
  if (iterations !== ITERATIONS) throw new WrongResult(`${KMEANS_NAME}: ${name} stopped after ${iterations}`);
}

export function rowsOf({ data, rows, cols }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) => [...data.subarray(i * cols, (i + 1) * cols)]);
}

/** Of all values, as the default γ = 1 / (columns · variance) takes it. */
function variance(values: Float64Array): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
}
