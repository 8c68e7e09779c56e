import { describe, expect, it } from "vitest";
import { ModelFileError, ParamError } from "../../../errors.js";
import { syncRun } from "../../../kernels/kernels.js";
import { referenceKernels } from "../../../kernels/reference/reference.js";
import { fromRows, matrix } from "../../../matrix.js";
import { cblof, largeClusters } from "./cblof.js";
import golden from "./golden.json" with { type: "json" };

describe("cblof with PyOD's clusters", () => {
  const table = (values: readonly number[]) =>
    matrix(Float64Array.from(values), values.length / golden.cols, golden.cols);

  it.each(golden.cases)("$options", ({ options, centroids, sizes, large, training, scores }) => {
    const {
      alpha = 0.9,
      beta = 5,
      use_weights: weighted = false,
    } = options as {
      alpha?: number;
      beta?: number;
      use_weights?: boolean;
    };
    const found = largeClusters(Int32Array.from(sizes), alpha, beta);
    expect([...found.keys()].filter((c) => found[c] === 1)).toEqual([...large].sort());
    const { spec, params } = cblof({ k: 4, alpha, beta, weighted });
    const state = { centroids: Float64Array.from(centroids), sizes: Int32Array.from(sizes), large: found };
    const scored = (values: readonly number[]) =>
      spec.score(state, table(values), params, syncRun(referenceKernels)) as Float64Array;
    scored(golden.queries).forEach((score, i) => {
      expect(score).toBeCloseTo(scores[i] as number, 10);
    });
    scored(golden.x).forEach((score, i) => {
      expect(score).toBeCloseTo(training[i] as number, 10);
    });
  });
});

describe("large clusters", () => {
  const large = (sizes: number[], alpha = 0.9, beta = 5) => [...largeClusters(Int32Array.from(sizes), alpha, beta)];

  it("hold the share alpha and are beta times larger than the next, or meet one of both", () => {
    expect(large([2, 50, 40, 8])).toEqual([0, 1, 1, 0]);
    expect(large([50, 40, 8, 2], 0.95)).toEqual([1, 1, 1, 0]);
    expect(large([60, 10, 10, 10, 10], 0.99)).toEqual([1, 0, 0, 0, 0]);
  });

  it("are all of them where no split is good", () => {
    expect(large([5, 5, 5, 5])).toEqual([1, 1, 1, 1]);
    expect(large([9])).toEqual([1]);
  });
});

describe("cblof", () => {
  it("finds the clusters and which of them are large", () => {
    const rows = [[0], [0.5], [1], [0], [0.5], [1], [0], [0.5], [1], [50]];
    const { state } = cblof({ k: 2 }).fitSync(fromRows(rows));
    const small = state.sizes.indexOf(1);
    expect([state.sizes[1 - small], state.large[small], state.large[1 - small]]).toEqual([9, 0, 1]);
  });
});

describe("cblof refuses", () => {
  it("more clusters than rows", () => {
    expect(() => cblof().fitSync(fromRows([[1], [2]]))).toThrow(ParamError);
  });

  it("a model file without a large cluster, or with too many", () => {
    const { spec, state, params } = cblof({ k: 2 }).fitSync(fromRows([[0], [1], [9]]));
    const restore = (change: object) => () => spec.restore({ ...state, ...change }, params, 1);
    expect(restore({ large: new Int32Array(2) })).toThrow(/no cluster is large/);
    expect(restore({ centroids: new Float64Array(3) })).toThrow(ModelFileError);
  });
});
