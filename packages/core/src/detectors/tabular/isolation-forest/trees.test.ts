import { describe, expect, it } from "vitest";
import { ModelFileError } from "../../../errors.js";
import { matrix } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { isolationForest } from "./isolation-forest.js";
import type { ForestState } from "./trees.js";
import { expectedPaths, restoreTrees } from "./trees.js";

const random = new Random(1);
const x = matrix(
  Float64Array.from({ length: 300 }, () => random.normal()),
  100,
  3,
);
const axis = isolationForest({ trees: 4, samples: 32 }).fitSync(x).state;
const plane = isolationForest({ trees: 4, samples: 32, ndim: 2 }).fitSync(x).state;

/** The forest with one number of one array changed. */
function bent(
  state: ForestState,
  key: "right" | "features" | "count" | "treeStart" | "value",
  at: number,
  value: number,
) {
  const copy = state[key].slice();
  copy[at] = value;
  return { ...state, [key]: copy };
}
const inner = axis.right.findIndex((step) => step > 2);

describe("restoreTrees", () => {
  it("takes what a fit made", () => {
    expect(restoreTrees(axis, 3)).toEqual(axis);
    expect(restoreTrees(plane, 3)).toEqual(plane);
  });

  it.each([
    ["a link to itself by way of its left child", bent(axis, "right", inner, 1)],
    ["a link backwards", bent(axis, "right", inner, -1)],
    ["a link behind the last node", bent(axis, "right", inner, 2 ** 31 - 1)],
    ["a link into the next tree", bent(axis, "right", 0, axis.treeStart[1] as number)],
    ["a column that is not there", bent(axis, "features", inner, 3)],
    ["a negative column", bent(axis, "features", inner, -1)],
    ["a second column that is not there", bent(plane, "features", 1, 3)],
    ["a column below −1", bent(plane, "features", 1, -2)],
    ["a negative count", bent(axis, "count", inner + 1, -5)],
    ["a threshold that is no number", bent(axis, "value", inner, Number.NaN)],
    ["a path length that is not finite", bent(plane, "value", plane.right.indexOf(0), Number.NaN)],
    ["trees that do not begin at 0", bent(axis, "treeStart", 0, 1)],
    ["trees that overlap", bent(axis, "treeStart", 1, 2 ** 30)],
    ["an empty tree", bent(axis, "treeStart", 1, 0)],
    ["trees that end too early", bent(axis, "treeStart", 4, 5)],
    ["no tree", { ...axis, treeStart: Int32Array.of(0) }],
    ["arrays of other lengths", { ...axis, value: axis.value.slice(1) }],
    ["coefficients without need", { ...axis, coefficients: new Float64Array(3) }],
    ["coefficients that are too few", { ...plane, coefficients: plane.coefficients.slice(1) }],
    ["no feature in a split", { ...axis, ndim: 0 }],
    ["half a feature in a split", { ...axis, ndim: 0.5 }],
    ["no sample", { ...axis, sampleSize: 0 }],
    ["arrays of other types", { ...axis, right: new Float64Array(axis.right) }],
  ])("refuses %s", (_, state) => {
    expect(() => restoreTrees(state as never, 3)).toThrow(ModelFileError);
  });

  it("refuses a forest of more columns than the model has", () => {
    expect(() => restoreTrees(axis, 1)).toThrow(/splits on column/);
  });
});

describe("expectedPaths", () => {
  it("is the mean of the leaves under a node, by their rows", () => {
    const tree: ForestState = {
      ...axis,
      treeStart: Int32Array.of(0, 5),
      right: Int32Array.of(4, 2, 0, 0, 0),
      value: Float64Array.of(0.5, 0.1, 2, 2, 1),
      count: Int32Array.of(4, 3, 1, 2, 1),
    };
    expect([...expectedPaths(tree)]).toEqual([7 / 4, 2, 2, 2, 1]);
  });
});
