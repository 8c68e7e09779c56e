import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ModelFileError } from "../errors.js";
import { referenceKernels } from "../kernels/reference/reference.js";
import { readXgboost } from "./index.js";
import { encodeJson, float32Text } from "./json-text.js";
import { decodeUbjson } from "./ubjson-read.js";
import { encodeUbjson } from "./ubjson-write.js";

interface Case {
  readonly name: string;
  readonly json: string;
  readonly ubj: string;
}
const golden = JSON.parse(readFileSync(new URL("golden/xgboost-3.2.0.json", import.meta.url), "utf8")) as {
  cases: Case[];
};
const caseOf = (name: string) => golden.cases.find((each) => each.name === name) as Case;
const plain = caseOf("binary:logistic");
const categorical = caseOf("categories, partition");
const encode = (text: string) => new TextEncoder().encode(text);
const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, "base64"));

// biome-ignore lint/suspicious/noExplicitAny: damaged documents have no type
type Any = any;
const codeOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(ModelFileError);
    return (error as ModelFileError).code;
  }
  return "none";
};

/** The plain model with something changed in its document. */
function damaged(change: (document: Any, tree: Any, model: Any) => void, from = plain): Uint8Array {
  const document = JSON.parse(from.json);
  const { model } = document.learner.gradient_booster;
  change(document, model.trees[0], model);
  return encode(JSON.stringify(document));
}

const param = (document: Any) => document.learner.learner_model_param;

describe("a damaged model is an error that says where", () => {
  test.each<[string, (document: Any, tree: Any, model: Any) => void, RegExp]>([
    ["a cycle", (_, t) => (t.left_children[1] = 0), /node 1: its child 0 is reached a second time/],
    ["a node with two parents", (_, t) => (t.left_children[1] = t.left_children[2]), /reached a second time/],
    ["one child", (_, t) => (t.right_children[0] = -1), /node 0: has one child only/],
    ["a child beyond the last", (_, t) => (t.right_children[0] = 99), /right_children\[0\]: expected an integer/],
    ["a child that is not whole", (_, t) => (t.right_children[0] = 1.5), /expected an integer/],
    ["a column beyond the last", (_, t) => (t.split_indices[0] = 4), /node 0: asks column 4 of 4/],
    ["a negative column", (_, t) => (t.split_indices[0] = -1), /asks column -1 of 4/],
    ["a threshold that is NaN", (_, t) => (t.split_conditions[0] = "NaN"), /node 0: a threshold that is NaN/],
    ["a leaf that is infinite", (_, t) => (t.split_conditions[6] = 1e39), /node 6: a leaf value that is Infinity/],
    ["a cover that is NaN", (_, t) => (t.sum_hessian[0] = "NaN"), /second derivatives/],
    ["arrays of unequal length", (_, t) => t.right_children.pop(), /right_children: expected 7 values; found 6/],
    ["a wrong count of nodes", (_, t) => (t.tree_param.num_nodes = "4000000000"), /says 4000000000 nodes; found 7/],
    ["no nodes", (_, t) => (t.left_children = []), /a tree without nodes/],
    ["text for numbers", (_, t) => (t.split_conditions = "many"), /split_conditions: expected an array of numbers/],
    ["text among numbers", (_, t) => (t.split_conditions[1] = "x"), /split_conditions\[1\]: expected a number/],
    ["no thresholds", (_, t) => delete t.split_conditions, /expected a key "split_conditions"; found none/],
    ["a tree that is a number", (_, _t, m) => (m.trees[0] = 3), /trees\[0\]: expected an object; found 3/],
    ["a tree of another output", (_, _t, m) => (m.tree_info[0] = 1), /tree_info\[0\]: expected an integer from 0 to 0/],
    ["a tree too few", (_, _t, m) => m.trees.pop(), /tree_info: expected 1 values; found 2/],
    ["rounds that do not end", (_, _t, m) => (m.iteration_indptr = [0, 2, 1]), /iteration_indptr: expected 0 … 2/],
    ["no columns", (d) => (param(d).num_feature = "0"), /num_feature: expected an integer from 1/],
    ["too many classes", (d) => (param(d).num_class = "99999999999"), /num_class: expected an integer/],
    ["a base score of 1", (d) => (param(d).base_score = "1"), /1 is no base score of binary:logistic/],
    ["a base score that is text", (d) => (param(d).base_score = "half"), /base_score: expected numbers; found "half"/],
    ["base scores too many", (d) => (param(d).base_score = "[1E-1,2E-1]"), /expected 1 or 1 values; found 2/],
    ["names too few", (d) => d.learner.feature_names.pop(), /feature_names: expected 4 values; found 3/],
    ["a name twice", (d) => (d.learner.feature_names[1] = d.learner.feature_names[0]), /have the same name/],
    ["names that are numbers", (d) => (d.learner.feature_names[0] = 3), /feature_names\[0\]: expected a text/],
    ["an attribute that is a number", (d) => (d.learner.attributes.a = 3), /attributes.a: expected a text; found 3/],
  ])("%s", (_, change, message) => {
    const read = () => readXgboost(damaged(change));
    expect(read).toThrow(message);
    expect(codeOf(read)).toBe("MODEL_CORRUPT");
  });

  test.each<[string, (tree: Any) => void, RegExp]>([
    ["a negative category", (t) => (t.categories[0] = -1), /categories\[0\]: expected an integer from 0/],
    ["a category beyond all", (t) => (t.categories[0] = 2 ** 24), /categories\[0\]: expected an integer/],
    ["a set beyond the last", (t) => (t.categories_sizes[0] = t.categories.length + 1), /categories_sizes\[0\]/],
    ["a set that begins late", (t) => (t.categories_segments[0] = t.categories.length), /categories beyond the last/],
    ["categories of a numeric node", (t) => t.split_type.fill(0, 0, 3).fill(1, 3), /not categorical/],
  ])("%s", (_, change, message) => {
    expect(() => readXgboost(damaged((_d, tree) => change(tree), categorical))).toThrow(message);
  });

  test("sets of categories that would fill the memory", () => {
    const many = 40_000;
    const inner = Array.from({ length: many }, (_, i) => i);
    const tree = {
      ...{ tree_param: {}, left_children: inner.map((i) => 2 * i + 1), right_children: inner.map((i) => 2 * i + 2) },
      ...{ split_indices: [] as number[], split_conditions: [] as number[], default_left: [] as number[] },
      ...{ split_type: [] as number[], categories: [2 ** 24 - 1], categories_nodes: inner },
      ...{ categories_segments: inner.map(() => 0), categories_sizes: inner.map(() => 1) },
    };
    for (const children of [tree.left_children, tree.right_children]) {
      children.push(...new Array<number>(many + 1).fill(-1));
    }
    for (const each of [tree.split_indices, tree.split_conditions, tree.default_left]) {
      each.push(...new Array<number>(2 * many + 1).fill(0));
    }
    tree.split_type.push(...inner.map(() => 1), ...new Array<number>(many + 1).fill(0));
    const bytes = damaged((_d, _t, model) => {
      model.trees[0] = tree;
    });
    expect(() => readXgboost(bytes)).toThrow(/need more than 67108864 bytes/);
  });

  test.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(0), "MODEL_FOREIGN"],
    ["the legacy binary format", encode("binf\u0000\u0000\u0000\u0000"), "MODEL_FOREIGN"],
    ["JSON of something else", encode('{"a": 1}'), "MODEL_FOREIGN"],
    ["a JSON array", encode("[1, 2]"), "MODEL_FOREIGN"],
    ["neither format", encode("{x"), "MODEL_FOREIGN"],
    ["JSON that is cut short", encode(plain.json.slice(0, 500)), "MODEL_CORRUPT"],
    ["arrays within each other", encode(`{"learner":${"[".repeat(200_000)}`), "MODEL_CORRUPT"],
    ["bytes that are not UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), "MODEL_CORRUPT"],
    ["UBJSON within each other", encode(`{i\u0001a${"[".repeat(100_000)}`), "MODEL_CORRUPT"],
    [
      "a billion billion numbers",
      Uint8Array.of(0x7b, 0x69, 1, 97, ...encode("[$d#L"), 15, ...new Array(7).fill(0)),
      "MODEL_TRUNCATED",
    ],
    ["a billion nulls", Uint8Array.of(0x7b, 0x69, 1, 97, ...encode("[$Z#l"), 0x3b, 0x9a, 0xca, 0), "MODEL_CORRUPT"],
    ["a negative count", Uint8Array.of(0x7b, 0x69, 1, 97, ...encode("[$d#i"), 255), "MODEL_CORRUPT"],
    ["a type without a count", encode("{i\u0001a[$dxxxx"), "MODEL_CORRUPT"],
    ["an unknown type", encode("{i\u0001aq"), "MODEL_CORRUPT"],
  ])("%s", (_, bytes, code) => {
    expect(codeOf(() => readXgboost(bytes))).toBe(code);
  });

  test("cut off anywhere, in both formats", () => {
    for (const bytes of [bytesOf(plain.ubj), encode(plain.json)]) {
      for (let end = 0; end < bytes.length; end += 7) {
        expect(codeOf(() => readXgboost(bytes.subarray(0, end)))).not.toBe("none");
      }
    }
  });

  test("any bytes changed: an error of this library, or a model that can be used", () => {
    const files = [plain, categorical].flatMap(({ json, ubj }) => [encode(json), bytesOf(ubj)]);
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.nat(files.length - 1), fc.array(change, { minLength: 1, maxLength: 4 }), (which, changes) => {
        const bytes = (files[which] as Uint8Array).slice();
        for (const { at, to } of changes) bytes[at % bytes.length] = to;
        let model: ReturnType<typeof readXgboost>;
        try {
          model = readXgboost(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelFileError);
          return;
        }
        const { trees, cols } = model;
        if (cols > 1000) return;
        const margins = new Float32Array(2 * trees.outputs);
        const x = Float64Array.from({ length: 2 * cols }, (_, i) => (i < cols ? i - 1 : Number.NaN));
        const call = { model: trees, x, rows: 2, cols, trees: trees.treeOutput.length, threads: 1, margins };
        referenceKernels.boostedTreesPredict(call);
        expect(margins.every((margin) => !Number.isNaN(margin))).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });
});

describe("what older and other writers do", () => {
  test("default_left as booleans, numbers as texts, NaN as a number", () => {
    const expected = readXgboost(encode(categorical.json));
    const bytes = damaged((_, tree) => {
      tree.default_left = tree.default_left.map((each: number) => each === 1);
      tree.left_children = tree.left_children.map(String);
    }, categorical);
    const text = new TextDecoder().decode(bytes).replace(/"split_conditions":\[[^,]*,/, '"split_conditions":[NaN,');
    expect(text).toContain("[NaN,");
    expect(readXgboost(encode(text))).toEqual(expected);
  });

  test("children before their parents are put behind them", () => {
    const swap = (node: number) => (node === 1 ? 5 : node === 5 ? 1 : node);
    const bytes = damaged((_, tree) => {
      for (const [key, values] of Object.entries(tree)) {
        if (!Array.isArray(values) || values.length !== 7) continue;
        const moved = values.map((_v, i) => values[swap(i)]);
        tree[key] = key.endsWith("_children") ? moved.map(swap) : moved;
      }
    });
    const [found, expected] = [readXgboost(bytes), readXgboost(encode(plain.json))];
    const x = Float64Array.from({ length: 400 }, (_, i) => Math.sin(i * 1.7) * 2);
    const margins = [found, expected].map(({ trees }) => {
      const out = new Float32Array(100);
      referenceKernels.boostedTreesPredict({ model: trees, x, rows: 100, cols: 4, trees: 2, threads: 1, margins: out });
      return [...out];
    });
    expect(margins[0]).toEqual(margins[1]);
    const { left, treeStart } = found.trees;
    for (let i = 0; i < (treeStart[1] as number); i++) if ((left[i] as number) >= 0) expect(left[i]).toBeGreaterThan(i);
  });

  test("an unknown objective gives margins and a note", () => {
    const model = readXgboost(
      damaged((d) => {
        d.learner.objective.name = "my:loss";
      }),
    );
    expect(model.notes).toEqual(['the objective "my:loss" is not known: predictions are margins']);
  });
});

test("UBJSON: what is written is read", () => {
  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { depthSize: "small", maxDepth: 4 },
      fc.constantFrom(null, true, false, 0, -0.5, 127, 128, -129, 2 ** 30),
      fc.string({ unit: "grapheme" }),
      fc.float({ noNaN: true }).map(Math.fround),
      fc.float32Array(),
      fc.int32Array(),
      fc.uint8Array(),
      fc.array(tie("any")),
      fc.dictionary(fc.string(), tie("any"), { noNullPrototype: false }),
    ),
  })).any as fc.Arbitrary<Any>;
  fc.assert(
    fc.property(value, (given) => {
      expect(decodeUbjson(encodeUbjson(given))).toEqual(given);
    }),
  );
});

test("float32 in decimal: few digits, the same bits, marked as no integer", () => {
  const bits = new Int32Array(1);
  const float = new Float32Array(bits.buffer);
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (each) => {
      bits[0] = each;
      const value = float[0] as number;
      const text = float32Text(value);
      if (Number.isNaN(value)) return;
      expect(Object.is(Math.fround(Number(text)), value)).toBe(true);
      if (Number.isFinite(value)) {
        expect(text).toMatch(/[.eE]/);
        expect(text.replace(/^-|\.|[eE].*$/g, "").replace(/^0+|0+$/g, "").length).toBeLessThanOrEqual(9);
      }
    }),
    { numRuns: 2000 },
  );
  expect([0, -0, 1, 0.1, 3e30].map((each) => float32Text(Math.fround(each)))).toEqual([
    "0E0",
    "-0.0",
    "1E0",
    "0.1",
    "3e+30",
  ]);
  expect(new TextDecoder().decode(encodeJson({ a: Float32Array.of(0.5), b: [1, "x", null] }))).toBe(
    '{"a":[0.5],"b":[1,"x",null]}',
  );
});
