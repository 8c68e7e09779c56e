import {
  emptyNearestIndex,
  KernelError,
  type Kernels,
  lof,
  matrix,
  type NearestArgs,
  type NearestMethod,
  type NearestMetric,
  Random,
  referenceKernels,
} from "@telltale/core";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../addon.js";
import { kernelsFor, nativeStatus } from "../index.js";

const isas: readonly IsaName[] = nativeStatus().isas;
if (isas.length === 0) console.log(`skipped, the addon is not there: ${nativeStatus().remedy}`);

type Draw = (random: Random) => number;

/** Values at which selecting tends to go wrong: ties, offsets, squares that vanish or overflow, clusters, outliers. */
const DRAWS: Readonly<Record<string, Draw>> = {
  "spread out": (random) => random.normal(),
  "many ties": (random) => random.below(4),
  "far from zero": (random) => 1e9 + random.normal() * 1e-3,
  "squares below the least number": (random) => random.normal() * 1e-170,
  "denormal numbers": (random) => random.below(9) * 5e-324,
  "squares beyond the largest number": (random) => random.normal() * 1e160,
  "ranges beyond the largest number": (random) => (random.below(2) === 0 ? 1 : -1) * 1.7e308,
  "tight clusters far apart": (random) => random.below(3) * 100 + random.normal() * 1e-4,
  "all equal": () => 3,
  "with outliers": (random) => random.normal() * (random.below(10) === 0 ? 1e6 : 1),
};

interface Shape {
  readonly rows: number;
  readonly cols: number;
  readonly queryRows: number;
  readonly k: number;
}

const SHAPES: readonly Shape[] = [
  { rows: 700, cols: 3, queryRows: 300, k: 5 },
  { rows: 1100, cols: 17, queryRows: 200, k: 20 },
  { rows: 129, cols: 8, queryRows: 130, k: 1 },
  { rows: 300, cols: 1, queryRows: 70, k: 64 },
  { rows: 500, cols: 33, queryRows: 129, k: 200 },
  { rows: 2, cols: 2, queryRows: 3, k: 1 },
];

function values(draw: Draw, count: number, seed: number): Float64Array {
  const random = new Random(seed);
  // A view that does not begin where its buffer does.
  const view = new Float64Array(count + 1).subarray(1);
  for (let i = 0; i < count; i++) view[i] = draw(random);
  return view;
}

interface Way {
  readonly metric: NearestMetric;
  readonly p: number;
  readonly method: NearestMethod;
}

function search(kernels: Kernels, draw: Draw, shape: Shape, self: boolean, threads: number, way: Way): NearestArgs {
  const { rows, cols, queryRows, k } = shape;
  const index = { x: values(draw, rows * cols, 1), rows, cols, threads, ...emptyNearestIndex(rows, cols) };
  kernels.nearestIndex(index);
  const to = self ? rows : queryRows;
  const args: NearestArgs = {
    ...{ ...index, ...way, self, from: 0, to, k },
    queries: values(draw, queryRows * cols, 2),
    distances: new Float64Array(to * k),
    indices: new Int32Array(to * k),
  };
  kernels.nearest(args);
  return args;
}

function expectSame(found: NearestArgs, expected: NearestArgs): void {
  for (const name of ["order", "boxes", "indices", "distances"] as const) {
    const [a, b] = [found[name], expected[name]];
    for (let i = 0; i < b.length; i++) {
      if (!Object.is(a[i], b[i])) expect.fail(`${name}: element ${i} is ${a[i]}, in the reference ${b[i]}`);
    }
  }
}

describe.skipIf(isas.length === 0)("nearest neighbours, bit for bit as the reference", () => {
  describe.each(Object.entries(DRAWS))("%s", (_, draw) => {
    test.each(SHAPES)("$rows × $cols, $queryRows queries, k $k", (shape) => {
      for (const self of [true, false]) {
        const expected = search(referenceKernels, draw, shape, self, 1, { metric: "euclidean", p: 2, method: "auto" });
        for (const isa of isas) {
          for (const method of ["auto", "tree", "blocked"] as const) {
            const threads = method === "auto" ? 3 : 1;
            const found = search(kernelsFor({ isa }), draw, shape, self, threads, {
              metric: "euclidean",
              p: 2,
              method,
            });
            expectSame(found, expected);
          }
        }
      }
    });
  });

  test.each([
    ["manhattan", 2],
    ["chebyshev", 2],
    ["minkowski", 3],
    ["minkowski", 1.5],
    ["minkowski", 1],
    ["minkowski", 40],
  ] as const)("%s, p %d", (metric, p) => {
    const shape = { rows: 300, cols: 11, queryRows: 100, k: 7 };
    for (const name of ["spread out", "many ties", "with outliers", "squares below the least number"]) {
      for (const self of [true, false]) {
        const way = { metric, p, method: "auto" } as const;
        const expected = search(referenceKernels, DRAWS[name] as Draw, shape, self, 1, way);
        for (const isa of isas) {
          expectSame(search(kernelsFor({ isa }), DRAWS[name] as Draw, shape, self, 2, way), expected);
        }
      }
    }
  });

  test("several groups of blocks, and the promise in slices", async () => {
    const shape = { rows: 4000, cols: 6, queryRows: 3000, k: 10 };
    const way = { metric: "euclidean", p: 2, method: "auto" } as const;
    for (const self of [true, false]) {
      const expected = search(referenceKernels, DRAWS["spread out"] as Draw, shape, self, 1, way);
      for (const isa of isas) {
        const kernels = kernelsFor({ isa, threads: 2 });
        const found = search(kernels, DRAWS["spread out"] as Draw, shape, self, 2, way);
        expectSame(found, expected);
        found.distances.fill(0);
        found.indices.fill(0);
        await kernels.promise.nearest(found);
        expectSame(found, expected);
      }
    }
  });

  test("outlier factors", () => {
    const x = matrix(values(DRAWS["with outliers"] as Draw, 900 * 5, 4), 900, 5);
    const expected = lof().fitSync(x, { kernels: referenceKernels }).save();
    for (const isa of isas)
      expect(
        lof()
          .fitSync(x, { kernels: kernelsFor({ isa }) })
          .save(),
      ).toEqual(expected);
  });
});

describe.skipIf(isas.length === 0)("a wrong call of the nearest-neighbour kernels throws", () => {
  const call = (change: Partial<NearestArgs>) => () => {
    const shape = { rows: 200, cols: 3, queryRows: 150, k: 4 };
    const way = { metric: "euclidean", p: 2, method: "auto" } as const;
    const args = search(referenceKernels, DRAWS["spread out"] as Draw, shape, false, 1, way);
    kernelsFor({}).nearest({ ...args, ...change });
  };

  test.each([
    ["more neighbours than rows", { k: 201 }, /k: there are only 200 rows/],
    ["queries that are not there", { to: 151 }, /queries: expected at least 453 elements/],
    ["a range that ends before it begins", { from: 9, to: 3 }, /to: there are only/],
    ["an order that is no list of rows", { order: new Int32Array(200).fill(200) }, /order: place 0 is no row/],
    ["an index that is too short", { boxes: new Float64Array(5) }, /boxes: expected at least 24 elements/],
    ["a query that is not finite", { queries: new Float64Array(450).fill(Number.NaN) }, /queries: row 0 is not finite/],
    ["too little room", { distances: new Float64Array(3) }, /distances: expected at least 600 elements/],
  ] as const)("%s", (_, change, message) => {
    expect(call(change)).toThrow(KernelError);
    expect(call(change)).toThrow(message);
  });

  test("boxes that do not hold their rows: no crash, k neighbours", () => {
    expect(call({ boxes: new Float64Array(24).fill(1e300) })).not.toThrow();
    expect(call({ boxes: new Float64Array(24).fill(1e300), method: "tree" })).not.toThrow();
  });
});
