import { indexRows, lof, type Matrix, matrix, syncRun, trainingNeighbours } from "@telltale/core";
import { dataFile, readDataFile } from "../../data/binary-files.js";
import { WrongResult } from "../../failures.js";
import type { PeerResult } from "../../record/results.js";
import type { Contestant } from "../../timing/in-turn.js";
import type { Variant } from "../../variants.js";
import { compare, type PeerCase, type PeerRun, singleThreaded } from "../peer-case.js";

/** Those that have LOF, and the flat index of faiss. */
type NeighbourLibrary = "scikit-learn" | "scikit-learn-intelex" | "faiss";

interface NeighbourCase {
  readonly task: "lof" | "neighbours";
  readonly rows: number;
  readonly cols: number;
  readonly libraries: readonly NeighbourLibrary[];
  /** The library that the goal is about, and how many times faster. */
  readonly against: NeighbourLibrary;
  readonly atLeast: number;
}

const K = 20;
/** How far the sum of a library's factors or distances may be from ours: intelex squares out differences, faiss has floats. */
const TOLERANCE: Readonly<Record<NeighbourLibrary, number>> = {
  "scikit-learn": 1e-9,
  "scikit-learn-intelex": 1e-5,
  faiss: 1e-4,
};
const LOF = { task: "lof", against: "scikit-learn-intelex" } as const;

const CASES: readonly NeighbourCase[] = [
  { ...LOF, rows: 20_000, cols: 8, libraries: ["scikit-learn", "scikit-learn-intelex"], atLeast: 5 },
  { ...LOF, rows: 50_000, cols: 32, libraries: ["scikit-learn-intelex"], atLeast: 10 },
  { ...LOF, rows: 20_000, cols: 64, libraries: ["scikit-learn", "scikit-learn-intelex"], atLeast: 8 },
  {
    ...{ task: "neighbours", rows: 50_000, cols: 32, libraries: ["faiss"] },
    ...{ against: "faiss", atLeast: 6 },
  },
];

/** Outlier factors of all rows from the rows, and the search for neighbours alone, one thread each. */
export const NEIGHBOUR_CASES: readonly PeerCase[] = CASES.map((each) => ({
  names: [nameOf(each)],
  run: async (run) => [await runCase(each, run)],
}));

function nameOf({ task, rows, cols }: NeighbourCase): string {
  return `${task}, k ${K}, ${rows.toLocaleString("en")} × ${cols}`;
}

async function runCase(each: NeighbourCase, run: PeerRun): Promise<PeerResult> {
  const { task, rows, cols, libraries } = each;
  const file = dataFile("gaussian", rows, cols);
  const x = matrix(readDataFile(file).x, rows, cols);
  const sums = new Map<string, number>();
  const { peer, packages } = run;
  const there = libraries.filter((library) => packages.has(library === "faiss" ? "faiss-cpu" : library));
  const theirs =
    peer === undefined
      ? []
      : there.map((library): Contestant => {
          const request = { library, file: file.file, rows, cols, k: K };
          const ask = async () => {
            type Answer = { readonly seconds: number; readonly sum: number };
            const { seconds, sum } = await peer.ask<Answer>("neighbours.search", request);
            sums.set(library, sum);
            return seconds;
          };
          return { name: library, run: ask };
        });
  const ours = singleThreaded().map((variant): Contestant => {
    const name = `telltale ${variant.isa}`;
    return { name, run: () => timed(task, x, variant, (sum) => sums.set(name, sum)) };
  });
  const contestants = [...ours, ...theirs];
  const result = await compare(
    { name: nameOf(each), task: "fit", unit: "rows", work: rows },
    contestants,
    [{ ours: "telltale avx512", theirs: each.against, atLeast: each.atLeast }],
    run,
  );
  const expected = sums.get("telltale avx512") ?? [...sums.values()][0] ?? 0;
  for (const [name, sum] of sums) {
    const allowed = (TOLERANCE[name as NeighbourLibrary] ?? 0) * Math.abs(expected);
    if (Math.abs(sum - expected) > allowed)
      throw new WrongResult(`${nameOf(each)}: ${name} adds up to ${sum}, not ${expected}`);
  }
  return result;
}

/** Seconds of one run, from the rows to the outlier factors or distances; tells their sum. */
function timed(task: NeighbourCase["task"], x: Matrix, { kernels }: Variant, tell: (sum: number) => void): number {
  const start = performance.now();
  let values: Float64Array;
  if (task === "lof") {
    values = lof({ k: K }).fitSync(x, { kernels, threads: 1 }).state.factors;
  } else {
    const run = syncRun(kernels, 1);
    const index = indexRows(run, x.data, x.rows, x.cols) as Awaited<ReturnType<typeof indexRows>>;
    const found = trainingNeighbours(run, index, { k: K, metric: "euclidean" });
    values = (found as Awaited<typeof found>).distances;
  }
  const seconds = (performance.now() - start) / 1000;
  tell(values.reduce((sum, value) => sum + value, 0));
  return seconds;
}
