import { isolationForest, type Limits, mset, pca, quantile } from "@telltale/core";
import { above, changePointsOf, rollingMaximum, rollingMedian, type SkabEntry } from "./decision.js";
import { NEURAL_METHODS } from "./neural-methods.js";
import { published } from "./published.js";
import { scaled } from "./window-rule.js";

/** Rows that the medians of T² and Q are of. */
const SMOOTHED = 5;
const zeroForNone = (values: Float64Array) => values.map((value) => (Number.isNaN(value) ? 0 : value));

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
  ...NEURAL_METHODS,
];
