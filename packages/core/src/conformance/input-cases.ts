import { ColumnError, DataError, ParamError, ShapeError } from "../errors.js";
import { matrix, rowRange, selectColumns } from "../matrix.js";
import { load } from "../model-file/load.js";
import { check, checkFinite, checkSame, checkThrows } from "./check.js";
import { type Cases, type Subject, unnamed, withValue } from "./subject.js";

/** What may go in, and how the rest is refused. */
export const inputCases: Cases = {
  "takes missing values, or refuses them by row and column": (subject) =>
    unusual(subject, [Number.NaN], subject.factory.spec.traits.missing === true, "DATA_MISSING"),

  "takes infinite values, or refuses them by row and column": (subject) =>
    unusual(
      subject,
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      subject.factory.spec.traits.infinite === true,
      "DATA_INFINITE",
    ),

  async "refuses to fit on no row, scores no row"(subject) {
    const x = subject.rows();
    const none = rowRange(x, 0, 0);
    const few = ["SHAPE_TOO_FEW_ROWS", "SHAPE_EMPTY"];
    await checkThrows(() => subject.fit(none), ShapeError, few, "fit on no row");
    await checkThrows(() => subject.fitSoon(none, {}), ShapeError, few, "promised fit on no row");
    const model = subject.fit(x);
    checkFinite(subject.score(model, none), 0, "scores of no row");
    checkFinite(await model.score(none, { kernels: subject.kernels }), 0, "promised scores of no row");
  },

  async "needs as many rows as it says"(subject) {
    const { leastRows } = subject.factory.spec;
    const x = subject.rows();
    const least = rowRange(x, 0, leastRows);
    const { k, base } = subject.factory.spec.params;
    const few = {
      ...(k === undefined ? {} : { k: k.min ?? 1 }), // so many neighbours or centres ask for rows of their own
      ...(base === undefined ? {} : { base: "constant" }), // a part may need more than the whole
    };
    checkFinite(subject.score(subject.fit(least, few), x), x.rows, `scores after a fit on ${leastRows} rows`);
    const fewer = rowRange(x, 0, leastRows - 1);
    await checkThrows(() => subject.fit(fewer), ShapeError, ["SHAPE_TOO_FEW_ROWS", "SHAPE_EMPTY"], "too few rows");
  },

  async "refuses other columns"(subject) {
    const x = subject.rows();
    const model = subject.fit(x);
    const two = selectColumns(x, [0, 1]);
    const missing = await checkThrows(() => subject.score(model, two), ColumnError, ["COLUMN_MISSING"], "two of three");
    check(missing.message.includes("Current"), `the error does not name the missing column: ${missing.message}`);
    await checkThrows(() => model.score(two), ColumnError, ["COLUMN_MISSING"], "two of three, promised");
    await checkThrows(() => subject.score(model, unnamed(two)), ColumnError, ["COLUMN_COUNT"], "two without names");
  },

  "takes one column, constant columns and equal rows"(subject) {
    const x = subject.rows();
    const one = selectColumns(x, [0]);
    checkFinite(subject.score(subject.fit(one), one), x.rows, "scores of one column");
    const constant = matrix(
      x.data.map((v, i) => (i % 3 === 1 ? 4 : v)),
      x.rows,
      3,
    );
    checkFinite(subject.score(subject.fit(constant), constant), x.rows, "scores with a constant column");
    const equal = matrix(new Float64Array(x.data.length).fill(2), x.rows, 3);
    const scores = subject.score(subject.fit(equal), equal);
    checkFinite(scores, x.rows, "scores of equal rows");
    if (subject.factory.spec.input === "series" || subject.factory.spec.traits.transductive) return;
    checkSame(scores, new Float64Array(x.rows).fill(scores[0] as number), "scores of equal rows");
    const twice = matrix(Float64Array.from([...x.data, ...x.data]), 2 * x.rows, 3);
    const both = subject.score(subject.fit(twice), twice);
    checkSame(both.subarray(x.rows), both.subarray(0, x.rows), "scores of rows that are there twice");
  },

  async "refuses labels of another length, and does without none that it needs"(subject) {
    const x = subject.rows();
    const labels = new Uint8Array(x.rows - 1);
    const options = { kernels: subject.kernels, labels };
    await checkThrows(() => subject.create().fitSync(x, options), ShapeError, ["SHAPE_MISMATCH"], "too few labels");
    if (subject.factory.spec.traits.supervised !== true) return;
    const bare = { kernels: subject.kernels };
    await checkThrows(() => subject.create().fitSync(x, bare), ParamError, ["PARAM_TYPE"], "no labels");
  },
};

async function unusual(subject: Subject, values: readonly number[], allowed: boolean, code: string): Promise<void> {
  const x = subject.rows();
  const model = subject.fit(x);
  for (const value of values) {
    const odd = withValue(x, 17, 1, value);
    if (allowed) {
      checkFinite(subject.score(model, odd), x.rows, `scores with ${value}`);
      const other = subject.fit(odd);
      checkFinite(subject.score(other, x), x.rows, `scores after a fit with ${value}`);
      checkSame(load(other.save()).save(), other.save(), `model bytes after a fit with ${value}`);
      continue;
    }
    await named(() => subject.fit(odd), `fit with ${value}`);
    await named(() => subject.score(model, odd), `score with ${value}`);
    await named(() => model.score(odd, { kernels: subject.kernels }), `promised score with ${value}`);
  }
  async function named(body: () => unknown, what: string): Promise<void> {
    const error = (await checkThrows(body, DataError, [code], what)) as DataError;
    check(
      error.where.row === 18 && error.where.column === "Temperature",
      `${what}: the place is wrong: ${error.message}`,
    );
  }
}
