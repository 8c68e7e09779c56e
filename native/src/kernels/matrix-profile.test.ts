import { type Kernels, type MatrixProfileArgs, matrix, matrixProfile, Random, referenceKernels } from "@telltale/core";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../addon.js";
import { kernelsFor, nativeStatus } from "../index.js";

const isas: readonly IsaName[] = nativeStatus().isas;
if (isas.length === 0) console.log(`skipped, the addon is not there: ${nativeStatus().remedy}`);

/** Moments of windows as they are and as they are not: zeros, equal values that tie, numbers that overflow. */
function moments(random: Random, count: number) {
  const value = () => {
    const kind = random.below(12);
    return kind === 0 ? 0 : kind === 1 ? random.below(3) - 1 : kind === 2 ? 1e200 * random.normal() : random.normal();
  };
  const of = () => Float64Array.from({ length: count }, (_, i) => (i === 0 ? 0 : value()));
  return { step: of(), drift: of(), inverse: Float64Array.from({ length: count }, () => Math.abs(value())) };
}

function problem(seed: number): MatrixProfileArgs {
  const random = new Random(seed);
  const most = seed % 8 === 0 ? 2500 : 80;
  const [mine, other] = [1 + random.below(most), 1 + random.below(most)];
  const low = 1 - mine + random.below(mine + other - 1);
  const high = low + 1 + random.below(other - low);
  // Views that do not begin where their buffers do.
  const products = new Float64Array(high - low + 3).subarray(3).map(() => random.normal());
  return {
    query: moments(random, mine),
    train: moments(random, other),
    ...{ from: random.below(mine + 1), to: mine, low, high, products },
    best: new Float64Array(mine).fill(7),
    nearest: new Int32Array(mine).fill(7),
  };
}

const fresh = (args: MatrixProfileArgs) => ({
  ...args,
  products: args.products.slice(),
  best: args.best.slice(),
  nearest: args.nearest.slice(),
});

function expectSame(found: MatrixProfileArgs, expected: MatrixProfileArgs): void {
  for (const name of ["products", "best", "nearest"] as const) {
    const at = expected[name].findIndex((v, i) => !Object.is(v, found[name][i]));
    if (at >= 0) expect.fail(`${name}: element ${at} is ${found[name][at]}, in the reference ${expected[name][at]}`);
  }
}

describe.skipIf(isas.length === 0)("the matrix profile, bit for bit as the reference", () => {
  describe.each(isas)("on %s", (isa) => {
    const kernels = (): Kernels => kernelsFor({ isa });

    test("over random and nasty moments, at once and as a promise", async () => {
      for (let seed = 0; seed < 60; seed++) {
        const [expected, found, later] = [problem(seed), problem(seed), problem(seed)].map(fresh) as [
          MatrixProfileArgs,
          MatrixProfileArgs,
          MatrixProfileArgs,
        ];
        referenceKernels.matrixProfile(expected);
        kernels().matrixProfile(found);
        expectSame(found, expected);
        await kernels().promise.matrixProfile(later);
        expectSame(later, expected);
      }
    });

    test("in a detector", () => {
      const random = new Random(3);
      const x = matrix(
        Float64Array.from({ length: 1800 }, (_, i) => Math.abs((i % 50) - 25) + random.normal()),
        900,
        2,
      );
      const model = matrixProfile({ window: 20 }).fitSync(x, { kernels: kernels() });
      expect(model.save()).toEqual(matrixProfile({ window: 20 }).fitSync(x, { kernels: referenceKernels }).save());
    });
  });

  test("arguments that would read or write elsewhere are refused", () => {
    const args = problem(1);
    const wrong = (change: Partial<MatrixProfileArgs>) => () => kernelsFor().matrixProfile({ ...args, ...change });
    const rows = args.query.step.length;
    expect(wrong({ low: -rows })).toThrow(/low/);
    expect(wrong({ high: args.train.step.length + 1 })).toThrow(/high/);
    expect(wrong({ to: rows + 1 })).toThrow(/to/);
    expect(wrong({ products: new Float64Array(0) })).toThrow(/products/);
    expect(wrong({ nearest: new Int32Array(rows - 1) })).toThrow(/nearest/);
    expect(wrong({ query: { ...args.query, drift: new Float64Array(0) } })).toThrow(/drift/);
  });
});
