import {
  type AnyDetector,
  evaluate,
  type FittedPipeline,
  type Kernels,
  type Matrix,
  matrix,
  parseThreshold,
  pipeline,
  standardize,
  stratifiedFolds,
} from "@telltale/core";
import { autoencoder, encode, vae } from "@telltale/deep";

/** A table with labels, which are for judging alone. */
export interface LabelledTable {
  readonly name: string;
  readonly x: Matrix;
  readonly labels: Uint8Array;
}

/** Ways to choose the threshold from the training scores; the last one looks at the labels it is judged by. */
export const RULES = [
  "quantile:0.95",
  "contamination:0.05",
  "mad:3.5",
  "iqr:1.5",
  "pot:0.01",
  "best-f1-oracle:1",
] as const;

export interface RuleResult {
  readonly rule: string;
  /** Chosen in hindsight: a limit, not a result. */
  readonly oracle: boolean;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly flagged: number;
}

export interface NetworkResult {
  readonly network: string;
  readonly seed: number;
  readonly epochs: number;
  readonly rocAuc: number;
  readonly averagePrecision: number;
  readonly rules: readonly RuleResult[];
}

/** A test row in the plane of the two encoded variables. */
export interface EncodedRow {
  readonly x: number;
  readonly y: number;
  readonly anomaly: boolean;
  readonly score: number;
}

export interface StudyOptions {
  readonly seeds: readonly number[];
  readonly epochs: number;
  readonly kernels: Kernels;
  /** Encoded rows that are kept for a plot. */
  readonly plotted: number;
}

/**
 * The autoencoder and the variational autoencoder with two encoded variables, fitted on two thirds of the rows without their
 * labels, anomalies among them, and judged on the others; every threshold is fitted on the training scores.
 */
export async function study(table: LabelledTable, options: StudyOptions) {
  const results: NetworkResult[] = [];
  const planes: Record<string, readonly EncodedRow[]> = {};
  for (const seed of options.seeds) {
    const split = stratifiedFolds(table.labels, { folds: 3, seed })[0];
    if (split === undefined) throw new RangeError("no fold");
    const train = rowsOf(table.x, split.train);
    const test = rowsOf(table.x, split.test);
    const truth = { train: labelsOf(table.labels, split.train), test: labelsOf(table.labels, split.test) };
    const training = { epochs: options.epochs, batch: 256, seed };
    const networks: Record<string, AnyDetector> = {
      autoencoder: autoencoder({ ...training, hidden: "64,2,64" }),
      vae: vae({ ...training, hidden: "64", latent: 2 }),
    };
    for (const [network, detector] of Object.entries(networks)) {
      const fitting = { kernels: options.kernels };
      const model = await pipeline({ steps: [standardize()], detector }).fit(train, fitting);
      const scores = await model.score(test, fitting);
      const trained = await model.score(train, fitting);
      const { metrics } = evaluate(truth.test, scores, new Uint8Array(scores.length));
      results.push({
        ...{ network, seed, epochs: epochsOf(model) },
        rocAuc: rounded(metrics.rocAuc),
        averagePrecision: rounded(metrics.averagePrecision),
        rules: RULES.map((rule) => judged(rule, trained, scores, truth)),
      });
      if (seed === options.seeds[0]) planes[network] = await plane(model, test, truth.test, scores, options);
    }
  }
  return {
    table: table.name,
    rows: table.x.rows,
    columns: table.x.cols,
    anomalies: count(table.labels),
    results,
    planes,
  };
}

function judged(
  rule: (typeof RULES)[number],
  trained: Float64Array,
  scores: Float64Array,
  truth: { readonly train: Uint8Array; readonly test: Uint8Array },
): RuleResult {
  const oracle = rule.startsWith("best-f1-oracle");
  const threshold = parseThreshold(rule);
  const fitted = oracle ? threshold.fit(scores, { labels: truth.test }) : threshold.fit(trained);
  const flags = fitted.apply(scores);
  const { precision, recall, f1 } = evaluate(truth.test, scores, flags).metrics;
  return {
    ...{ rule, oracle, precision: rounded(precision), recall: rounded(recall), f1: rounded(f1) },
    flagged: count(flags),
  };
}

/** Test rows in the plane of the code, anomalies first, so that none of them is left out of a plot. */
async function plane(
  model: FittedPipeline,
  test: Matrix,
  labels: Uint8Array,
  scores: Float64Array,
  { plotted, kernels }: StudyOptions,
): Promise<EncodedRow[]> {
  const codes = await encode(model, test, { kernels });
  const order = Array.from(labels.keys()).sort((a, b) => (labels[b] as number) - (labels[a] as number) || a - b);
  const anomalies = count(labels);
  const kept = [...order.slice(0, Math.min(anomalies, plotted / 2)), ...order.slice(anomalies)].slice(0, plotted);
  return kept.map((i) => ({
    x: rounded(codes.data[2 * i] as number),
    y: rounded(codes.data[2 * i + 1] as number),
    anomaly: labels[i] === 1,
    score: rounded(scores[i] as number),
  }));
}

function epochsOf(model: FittedPipeline): number {
  return (model.detector.state as { readonly losses: Float64Array }).losses.length;
}

function rowsOf(x: Matrix, rows: Int32Array): Matrix {
  const data = new Float64Array(rows.length * x.cols);
  rows.forEach((row, i) => {
    data.set(x.data.subarray(row * x.cols, (row + 1) * x.cols), i * x.cols);
  });
  return matrix(data, rows.length, x.cols, x.columns);
}

function labelsOf(labels: Uint8Array, rows: Int32Array): Uint8Array {
  return Uint8Array.from(rows, (row) => labels[row] as number);
}

function count(labels: Uint8Array): number {
  return labels.reduce((sum, one) => sum + one, 0);
}

function rounded(value: number | null | undefined): number {
  return Number((value ?? Number.NaN).toPrecision(5));
}
