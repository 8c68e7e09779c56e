import { type Detector, isolationForest, type Limits, mset, pca, quantile, registry, scale } from "@telltale/core";
import {
  above,
  changePointsOf,
  type Decision,
  flagsOfWindows,
  flagsThroughout,
  rollingMaximum,
  rollingMedian,
} from "./decision.js";
import type { FileRun, SkabEntry } from "./entry.js";
import type { SkabFile } from "./files.js";
import { published } from "./published.js";

/** Rows that the medians of T² and Q are of. */
const SMOOTHED = 5;
const zeroForNone = (values: Float64Array) => values.map((value) => (Number.isNaN(value) ? 0 : value));

function scaled({ train, test }: SkabFile) {
  const fitted = scale({ method: "standard" }).fit(train);
  return { train: fitted.transform(train), test: fitted.transform(test) };
}

/** Hotelling's T² over all components, against twice its limit. */
const t2: SkabEntry = {
  name: "T²",
  kind: "method",
  settings: "standardized, all components, median of 5 rows above twice the limit at .999",
  published: published(7331, 8911, 2119, 5440, 19.54),
  async decide(file, run) {
    const { train, test } = scaled(file);
    const model = await run.fit(
      pca({ components: "all", score: "t2", confidence: 0.999, limits: "skab" }) as never,
      train,
    );
    const medians = rollingMedian(await run.score(model, test), SMOOTHED);
    return { scores: zeroForNone(medians), flags: above(medians, 2 * (model.state.t2Limit as number)) };
  },
};

/** T² within the components that hold .85 of the variance or Q beside them, each above its limit. */
function t2OrQ(name: string, limits: Limits, how: string, figures?: SkabEntry["published"]): SkabEntry {
  return {
    name,
    kind: "method",
    settings: `standardized, components with .85 of the variance; median of 5 of T² or Q above its limit at .999, ${how}`,
    ...(figures === undefined ? {} : { published: figures }),
    async decide(file, run) {
      const { train, test } = scaled(file);
      const detector = (score: "t2" | "q") => pca({ components: 0.85, confidence: 0.999, score, limits }) as never;
      const within = await run.fit(detector("t2"), train);
      const beside = await run.fit(detector("q"), train);
      const { t2Limit, qLimit } = within.state as { t2Limit: number; qLimit: number };
      const t = rollingMedian(await run.score(within, test), SMOOTHED);
      const q = rollingMedian(await run.score(beside, test), SMOOTHED);
      const ratios = t.map((value, i) => Math.max(value / t2Limit, (q[i] as number) / qLimit));
      return { scores: zeroForNone(ratios), flags: above(ratios, 1) };
    },
  };
}

const msetRow: SkabEntry = {
  name: "MSET",
  kind: "method",
  settings: "400 rows remembered, relative similarity, centred mean of 60 relative errors above .01",
  published: published(10966, 6648, 4382, 1805, 13.84),
  async decide({ train, test }, run) {
    const detector = mset({ similarity: "relative", regularization: 0, residual: "relative", window: 60 });
    const scores = await run.score(await run.fit(detector as never, train), test);
    return { scores, flags: above(scores, 0.01) };
  },
};

const forest: SkabEntry = {
  name: "isolation forest",
  kind: "method",
  settings:
    "unscaled, 100 trees of 256 rows, contamination .0005, median of 3 flags; change points of the maximum of 30 flags",
  published: published(2185, 10748, 282, 10586, 26.16),
  async decide({ train, test }, run) {
    const model = await run.fit(isolationForest({ trees: 100, samples: 256, seed: run.seed }) as never, train);
    const limit = quantile(1 - 0.0005).fit(await run.score(model, train)).threshold;
    const scores = await run.score(model, test);
    const medians = rollingMedian(Float64Array.from(above(scores, limit)), 3);
    const flags = above(medians, 0.5);
    return { scores, flags, changePoints: changePointsOf({ scores, flags: rollingMaximum(flags, 30) }) };
  },
};

/** A limit above the quantile of training scores, as the notebooks of neural detectors have it. */
export interface ScaledQuantile {
  readonly quantile: number;
  readonly factor: number;
}

/** A detector whose score at a row is that of the window of `size` rows that ends there; size 1: of the row itself. */
export function windowDecision(train: Float64Array, test: Float64Array, size: number, rule: ScaledQuantile): Decision {
  const limit = quantile(rule.quantile).fit(train.subarray(size - 1)).threshold * rule.factor;
  return windowsAbove(test, size, limit);
}

export function windowsAbove(scores: Float64Array, size: number, limit: number): Decision {
  if (size === 1) return { scores, flags: above(scores, limit) };
  const windows = scores.subarray(size - 1);
  return {
    scores,
    flags: flagsOfWindows(windows, size, scores.length, limit),
    throughout: flagsThroughout(windows, size, scores.length, limit),
    plain: above(scores, limit),
  };
}

interface NeuralRow extends ScaledQuantile {
  readonly name: string;
  readonly detector: string;
  /** Rows of a window whose windows must all be above the limit; 1: the row's own score. */
  readonly window: number;
  readonly published: NonNullable<SkabEntry["published"]>;
}

/** Rows of the registered neural detectors, with the rule of each one's notebook; there only when these are registered. */
const NEURAL: readonly NeuralRow[] = [
  {
    name: "Conv-AE",
    detector: "conv-autoencoder",
    ...{ window: 60, quantile: 0.999, factor: 4 / 3 },
    published: published(9193, 9535, 1495, 3578, 23.61),
  },
  {
    name: "LSTM-AE",
    detector: "lstm-autoencoder",
    ...{ window: 10, quantile: 0.99, factor: 3 / 2 },
    published: published(9461, 7725, 3305, 3310, 23.51),
  },
  {
    name: "vanilla LSTM",
    detector: "lstm-forecaster",
    ...{ window: 1, quantile: 0.99, factor: 5 },
    published: published(5167, 9503, 1362, 7599),
  },
  {
    name: "vanilla AE",
    detector: "autoencoder",
    ...{ window: 1, quantile: 0.99, factor: 5 / 2 },
    published: published(3173, 10744, 286, 9598),
  },
];

function neuralEntry({ name, detector, window, published: figures, ...rule }: NeuralRow): SkabEntry {
  return {
    name,
    kind: "method",
    needs: detector,
    settings: `${detector}, standardized; scores above ${rule.factor.toFixed(2)} times their ${rule.quantile} quantile in training${window === 1 ? "" : `, in all windows of ${window} rows`}`,
    published: figures,
    async decide(file, run) {
      const { train, test } = scaled(file);
      const model = await run.fit(neuralDetector(detector, run), train);
      return windowDecision(await run.score(model, train), await run.score(model, test), window, rule);
    },
  };
}

function neuralDetector(name: string, { seed }: FileRun): Detector {
  const { params } = registry.get(name).spec;
  return registry.create(name, "seed" in params ? { seed } : {});
}

/** The published methods, best first. */
export const METHODS: readonly SkabEntry[] = [
  msetRow,
  t2OrQ(
    "T²+Q",
    "skab-lapack",
    "with the limit of Q as the benchmark computes it, variances in the order of LAPACK",
    published(9589, 8094, 2936, 3182, 25.35),
  ),
  t2OrQ("T²+Q (sorted)", "skab", "with the limit of Q as the benchmark computes it, but variances by size"),
  t2OrQ("T²+Q (textbook)", "jackson-mudholkar", "with the limit of Q of Jackson and Mudholkar"),
  t2,
  forest,
  ...NEURAL.map(neuralEntry),
];
