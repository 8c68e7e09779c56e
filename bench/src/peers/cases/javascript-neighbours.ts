import { createRequire } from "node:module";
import { indexRows, type Kernels, type Matrix, matrix, syncRun, trainingNeighbours } from "@telltale/core";
import { dataFile, readDataFile } from "../../data/binary-files.js";
import { WrongResult } from "../../failures.js";
import type { Contestant } from "../../timing/in-turn.js";
import { REFERENCE } from "../../variants.js";
import { compare, type PeerCase, singleThreaded } from "../peer-case.js";
import { rowsOf } from "./javascript-libraries.js";

// ml-knn beside our own JavaScript and the kernels, on few rows: it looks at every training row for every query.

const ROWS = 1_000;
const COLS = 32;
const K = 20;
const NAME = "JavaScript, neighbours, k 20, 1,000 × 32";
/** How far the sums of the distances may be apart: both compute in doubles. */
const TOLERANCE = 1e-9;

/** The part of ml-knn that is used; it has no types of its own. */
interface MlKnn {
  new (
    rows: number[][],
    labels: number[],
    options: { readonly k: number },
  ): { readonly kdTree: { nearest(row: number[], count: number): (readonly [row: number[], distance: number])[] } };
}

const MlKnn = createRequire(import.meta.url)("ml-knn") as MlKnn;

export const JAVASCRIPT_NEIGHBOUR_CASE: PeerCase = {
  names: [NAME],
  async run(given) {
    const x = matrix(readDataFile(dataFile("gaussian", ROWS, COLS)).x, ROWS, COLS);
    const rows = rowsOf(x);
    const sums = new Map<string, number>();
    const contestant = (name: string, search: () => number): Contestant => ({
      name,
      run() {
        const start = performance.now();
        sums.set(name, search());
        return (performance.now() - start) / 1000;
      },
    });
    const ours = [...singleThreaded(), REFERENCE].map(({ isa, kernels }) =>
      contestant(`telltale ${isa}`, () => sumOfDistances(x, kernels)),
    );
    const theirs = contestant("ml-knn", () => {
      const { kdTree } = new MlKnn(rows, new Array(ROWS).fill(0), { k: K });
      let sum = 0;
      // A row finds itself, too.
      for (const row of rows) for (const [, distance] of kdTree.nearest(row, K + 1)) sum += distance;
      return sum;
    });
    const described = { name: NAME, task: "fit", unit: "rows", work: ROWS } as const;
    const result = await compare(described, [...ours, theirs], [], given);
    requireSame(sums);
    return [result];
  },
};

function sumOfDistances(x: Matrix, kernels: Kernels): number {
  const run = syncRun(kernels, 1);
  const index = indexRows(run, x.data, x.rows, x.cols) as Awaited<ReturnType<typeof indexRows>>;
  const found = trainingNeighbours(run, index, { k: K, metric: "euclidean" });
  return (found as Awaited<typeof found>).distances.reduce((sum, distance) => sum + distance, 0);
}

function requireSame(sums: ReadonlyMap<string, number>): void {
  const values = [...sums.values()];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (most - least <= TOLERANCE * most) return;
  const told = [...sums].map(([name, sum]) => `${name} ${sum}`).join("; ");
  throw new WrongResult(`${NAME}: the sums of the distances differ: ${told}`);
}
