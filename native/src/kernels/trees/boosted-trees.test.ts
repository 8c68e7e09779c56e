import { KernelError, Random, referenceKernels, type TreeEnsemble, treeShapPaths } from "@telltale/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../../addon.js";
import { kernelsFor, nativeStatus } from "../../index.js";

/** Values at which kernels tend to differ: missing, infinite, equal but for the sign of zero, beside a float32. */
const NASTY = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  ...[0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, 1e-45, 1e-40, 3.4e38, 3.5e38, -1e300],
  ...[1, 1 + 2 ** -24, 1 + 2 ** -23, 1 - 2 ** -25, 0.1, -1, -0.5, 31, 31.9, 32, 63.5, 64, 2 ** 24, 2 ** 31, 2 ** 32],
];

interface Shape {
  readonly cols: number;
  readonly trees: number;
  readonly depth: number;
  readonly outputs: number;
  /** One of so many nodes asks a category; 0 for none. */
  readonly categorical: number;
  /** Different thresholds of a column; 0 for any. */
  readonly grid: number;
}

/** Trees of random shape down to a depth. */
function randomEnsemble(random: Random, shape: Shape): TreeEnsemble {
  const { cols, trees, depth, outputs, categorical, grid } = shape;
  const treeStart = [0];
  const node = {
    ...{ left: [] as number[], right: [] as number[], feature: [] as number[], threshold: [] as number[] },
    ...{ defaultLeft: [] as number[], categoryStart: [] as number[], categoryWords: [] as number[] },
  };
  const bits: number[] = [random.below(2 ** 31)];
  const grow = (root: number, level: number): number => {
    const at = node.left.length;
    const leaf = level >= depth || random.below(8) === 0;
    const isSet = !leaf && categorical > 0 && random.below(categorical) === 0;
    const nasty = NASTY[1 + random.below(NASTY.length - 1)] as number;
    const value = grid > 0 ? random.below(grid) / 4 : random.below(4) === 0 ? nasty : random.normal();
    node.left.push(-1);
    node.right.push(-1);
    node.feature.push(leaf ? 0 : random.below(cols));
    node.threshold.push(leaf ? random.normal() : value);
    node.defaultLeft.push(leaf ? 0 : random.below(2));
    node.categoryStart.push(isSet ? bits.length : -1);
    node.categoryWords.push(isSet ? random.below(3) : 0);
    for (let w = 0; isSet && w < (node.categoryWords[at] as number); w++) bits.push(random.below(2 ** 32));
    if (leaf) return at - root;
    node.left[at] = grow(root, level + 1);
    node.right[at] = grow(root, level + 1);
    return at - root;
  };
  for (let t = 0; t < trees; t++) {
    grow(treeStart[t] as number, 0);
    treeStart.push(node.left.length);
  }
  return {
    treeStart: Int32Array.from(treeStart),
    treeOutput: Int32Array.from({ length: trees }, () => random.below(outputs)),
    left: Int32Array.from(node.left),
    right: Int32Array.from(node.right),
    feature: Int32Array.from(node.feature),
    threshold: Float32Array.from(node.threshold),
    defaultLeft: Uint8Array.from(node.defaultLeft),
    categoryStart: Int32Array.from(node.categoryStart),
    categoryWords: Int32Array.from(node.categoryWords),
    categoryBits: Uint32Array.from(bits),
    gain: new Float32Array(node.left.length),
    cover: Float32Array.from(node.left, () => 1 + random.below(100)),
    baseMargin: Float32Array.from({ length: outputs }, () => random.normal()),
    outputs,
  };
}

/** Rows of which some lie on thresholds, some beside them, some at the ends. */
function randomRows(random: Random, rows: number, cols: number, nasty: boolean): Float64Array {
  const view = new Float64Array(rows * cols + 3).subarray(3);
  for (let i = 0; i < view.length; i++) {
    const kind = random.below(nasty ? 6 : 40);
    if (kind === 0) view[i] = NASTY[random.below(NASTY.length)] as number;
    else view[i] = kind % 2 === 0 ? random.below(40) / 4 : random.normal();
  }
  return view;
}

function predict(kernels: typeof referenceKernels, model: TreeEnsemble, x: Float64Array, cols: number, threads = 1) {
  const rows = x.length / cols;
  const margins = new Float32Array(rows * model.outputs + 1).subarray(1);
  kernels.boostedTreesPredict({ model, x, rows, cols, trees: model.treeOutput.length, threads, margins });
  return margins;
}

function contributions(
  kernels: typeof referenceKernels,
  model: TreeEnsemble,
  x: Float64Array,
  cols: number,
  threads = 1,
) {
  const rows = x.length / cols;
  const out = new Float64Array(rows * model.outputs * (cols + 1) + 1).subarray(1).fill(7);
  kernels.treeShap({ model, paths: treeShapPaths(model), x, rows, cols, threads, contributions: out });
  return out;
}

type Floats = Float32Array | Float64Array;
function expectSameBits(found: Floats, expected: Floats, what: string): void {
  expect(found.length, what).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(found[i], expected[i])) {
      expect.fail(`${what}: element ${i} is ${found[i]}, in the reference ${expected[i]}`);
    }
  }
}

const isas: readonly IsaName[] = nativeStatus().isas;
if (isas.length === 0) console.log(`skipped, the addon is not there: ${nativeStatus().remedy}`);

describe.skipIf(isas.length === 0)("boosted trees, bit for bit as the reference", () => {
  describe.each(isas)("on %s", (isa) => {
    const kernels = kernelsFor({ isa, threads: 1 });

    test("any trees, any values", () => {
      const problem = fc.record({
        seed: fc.maxSafeNat(),
        rows: fc.integer({ min: 0, max: 70 }),
        cols: fc.integer({ min: 1, max: 10 }),
        trees: fc.integer({ min: 0, max: 12 }),
        depth: fc.integer({ min: 0, max: 11 }),
        outputs: fc.integer({ min: 1, max: 4 }),
        categorical: fc.integer({ min: 0, max: 4 }),
        grid: fc.constantFrom(0, 0, 3, 30),
        nasty: fc.boolean(),
        threads: fc.integer({ min: 1, max: 3 }),
      });
      fc.assert(
        fc.property(problem, ({ seed, rows, nasty, threads, ...shape }) => {
          const random = new Random(seed);
          const model = randomEnsemble(random, shape);
          const x = randomRows(random, rows, shape.cols, nasty);
          const expected = predict(referenceKernels, model, x, shape.cols);
          expectSameBits(predict(kernels, model, x, shape.cols, threads), expected, "margins");
          const credits = contributions(referenceKernels, model, x, shape.cols);
          expectSameBits(contributions(kernels, model, x, shape.cols, threads), credits, "contributions");
        }),
        { numRuns: 200 },
      );
    });

    test.each([
      { rows: 9_001, cols: 9, trees: 40, depth: 6, outputs: 1, categorical: 0, grid: 0 },
      { rows: 9_001, cols: 33, trees: 60, depth: 8, outputs: 1, categorical: 9, grid: 40 },
      { rows: 5_000, cols: 5, trees: 9, depth: 12, outputs: 3, categorical: 0, grid: 0 },
      { rows: 5_000, cols: 5, trees: 301, depth: 6, outputs: 3, categorical: 5, grid: 0 },
      { rows: 3_000, cols: 2, trees: 700, depth: 7, outputs: 1, categorical: 0, grid: 0 },
    ])("$rows × $cols, $trees trees of depth $depth, $outputs outputs", ({ rows, ...shape }) => {
      const random = new Random(rows + shape.trees);
      const model = randomEnsemble(random, shape);
      for (const nasty of [false, true]) {
        const x = randomRows(random, rows, shape.cols, nasty);
        const expected = predict(referenceKernels, model, x, shape.cols);
        for (const threads of [1, 2, 3]) {
          expectSameBits(predict(kernels, model, x, shape.cols, threads), expected, `${threads} threads`);
        }
        const apart = [0, 1, 17, 600, rows - 1].flatMap((from, k) => {
          const part = x.subarray(from * shape.cols, Math.min(rows, from + 1 + 8 * k) * shape.cols);
          const all = expected.subarray(from * shape.outputs, Math.min(rows, from + 1 + 8 * k) * shape.outputs);
          return [[predict(kernels, model, part, shape.cols), all] as const];
        });
        for (const [found, all] of apart) expectSameBits(found, all, "a few rows");
      }
    });

    test("only the trees that are asked for, as a promise too", async () => {
      const random = new Random(5);
      const model = randomEnsemble(random, { cols: 3, trees: 9, depth: 4, outputs: 2, categorical: 4, grid: 0 });
      const x = randomRows(random, 100, 3, true);
      for (const trees of [0, 1, 8]) {
        const call = { model, x, rows: 100, cols: 3, trees, threads: 2 };
        const [expected, found] = [new Float32Array(200), new Float32Array(200)];
        referenceKernels.boostedTreesPredict({ ...call, margins: expected });
        await kernels.promise.boostedTreesPredict({ ...call, margins: found });
        expectSameBits(found, expected, `${trees} trees`);
      }
    });

    test.each([
      ["leaves of the trees", { treeLeaf: 1, to: 9999 }],
      ["elements of the leaves", { leafElement: 1, to: -1 }],
      ["conditions of the elements", { elementCondition: 2, to: 2 ** 30 }],
      ["a condition at no inner node", { condition: 0, to: 2 ** 30 }],
      ["a column that is not there", { feature: 0, to: 3 }],
      ["an output that is not there", { leafOutput: 0, to: -1 }],
    ] as const)("paths that cannot be followed: %s", (message, { to, ...where }) => {
      const model = randomEnsemble(new Random(7), { cols: 3, trees: 5, depth: 6, outputs: 2, categorical: 0, grid: 0 });
      const [name, at] = Object.entries(where)[0] as ["feature", number];
      const paths = treeShapPaths(model);
      paths[name][at] = to;
      const call = { model, paths, x: new Float64Array(6), rows: 2, cols: 3, threads: 1 };
      expect(() => kernels.treeShap({ ...call, contributions: new Float64Array(16) })).toThrow(message);
    });

    const change = (what: string, at: number, to: number) => (model: TreeEnsemble) => {
      const array = model[what as "left"].slice();
      array[at] = to;
      return { ...model, [what]: array };
    };
    test.each([
      ["a child before its parent", change("left", 1, 0), /node 1 of tree 0 points outside its tree, or back/],
      ["a child of itself", change("right", 0, 0), /node 0 of tree 0 points outside its tree, or back/],
      ["a child in the next tree", change("right", 0, 9999), /points outside/],
      ["one child only", change("right", 0, -1), /node 0 of tree 0 points outside|one child/],
      ["a column that is not there", change("feature", 0, 3), /asks a column/],
      ["a negative column", change("feature", 0, -1), /asks a column/],
      ["categories that are not there", change("categoryStart", 0, 2 ** 30), /has categories that are not there/],
      ["an output that is not there", change("treeOutput", 1, 2), /tree 1 adds to an output/],
      ["trees out of order", change("treeStart", 1, 2 ** 20), /tree 0 is empty, out of order or cut short/],
    ])("refuses %s, whatever the number of rows", (_, damage, message) => {
      const random = new Random(7);
      const shape = { cols: 3, trees: 5, depth: 6, outputs: 2, categorical: 0, grid: 0 };
      const model = damage(randomEnsemble(random, shape));
      for (const rows of [1, 40, 3000]) {
        const x = randomRows(random, rows, 3, false);
        expect(() => predict(kernels, model, x, 3)).toThrow(message);
        expect(() => predict(kernels, model, x, 3)).toThrow(KernelError);
        const paths = treeShapPaths(randomEnsemble(new Random(7), shape));
        const call = { model, paths, x, rows, cols: 3, threads: 1, contributions: new Float64Array(rows * 8) };
        expect(() => kernels.treeShap(call)).toThrow(KernelError);
      }
    });
  });
});
