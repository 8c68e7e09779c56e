import { type Detector, registry } from "@telltale/core";
import type { DetectorRun } from "../entry.js";
import type { SkabEntry } from "./decision.js";
import { joined } from "./files.js";
import { published, SOURCE } from "./published.js";
import { limitOf, type ScaledQuantile, scaled, windowsAbove } from "./window-rule.js";

interface NeuralRow extends ScaledQuantile {
  readonly name: string;
  readonly detector: string;
  /** Parameters of the detector, as the notebook has them. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Rows of a window whose windows must all be above the limit; 1: the row's own score. */
  readonly window: number;
  /** What the publication leaves open, and how it was taken. */
  readonly remark?: string;
  readonly published: NonNullable<SkabEntry["published"]>;
}

/** As Keras trains: the last weights are kept, whatever stopped the training. */
const KERAS = { batch: 32, restoreBest: false, rate: 0.001 } as const;
const WINDOWS = { residual: "absolute", windowScore: "ending" } as const;

/** Rows of the registered neural detectors, each with the network, training and rule of its notebook. */
const NEURAL: readonly NeuralRow[] = [
  {
    name: "Conv-AE",
    detector: "conv-autoencoder",
    params: {
      ...{ ...KERAS, ...WINDOWS, window: 60, variant: "published", loss: "mse" },
      ...{ epochs: 100, validation: 0.1, patience: 5 },
    },
    ...{ window: 60, quantile: 0.999, factor: 4 / 3 },
    published: published(9193, 9535, 1495, 3578, 23.61),
  },
  {
    name: "LSTM-AE",
    detector: "lstm-autoencoder",
    params: {
      ...{ ...KERAS, ...WINDOWS, window: 10, units: 100, activation: "relu", loss: "mae", shuffle: false },
      ...{ epochs: 100, validation: 0.1, patience: 5 },
    },
    ...{ window: 10, quantile: 0.99, factor: 3 / 2 },
    published: published(9461, 7725, 3305, 3310, 23.51),
  },
  {
    name: "LSTM-VAE",
    detector: "lstm-vae",
    params: {
      // Its divergence is a mean over the 100 numbers of a code, ours a sum over the 40 values of a window: beta is 40 / 100.
      ...{ ...KERAS, ...WINDOWS, window: 5, variant: "published", units: 32, latent: 100, beta: 0.4, loss: "mse" },
      ...{ optimizer: "rmsprop", batch: 1, epochs: 20, validation: 0.1, patience: 5 },
    },
    ...{ window: 5, quantile: 0.999, factor: 3 / 2 },
    remark: "codes are drawn in training only",
    published: {
      source: `${SOURCE}; the training rows of each file are counted, too; F1 .56 in its table`,
      measures: { f1: 0.67, far: 7.56, mar: 42.05 },
    },
  },
  {
    name: "vanilla LSTM",
    detector: "lstm-forecaster",
    params: {
      ...{ ...KERAS, window: 5, units: 100, layers: 2, skip: false, activation: "relu", loss: "mae" },
      ...{ residual: "absolute", epochs: 25, validation: 0.2, shuffle: false, patience: 10 },
      ...{ schedule: "plateau", rateFactor: 0.1, rateEpochs: 5, leastRate: 1e-4 },
    },
    ...{ window: 1, quantile: 0.99, factor: 5 },
    published: published(5167, 9503, 1362, 7599),
  },
  {
    name: "vanilla AE",
    detector: "autoencoder",
    params: {
      ...{ ...KERAS, hidden: "5,4,2,4,5", activation: "relu", batchNormalization: true, rate: 0.005, loss: "mae" },
      ...{ epochs: 40, validation: 0.2, patience: 3 },
    },
    ...{ window: 1, quantile: 0.99, factor: 5 / 2 },
    published: published(3173, 10744, 286, 9598),
  },
];

function neuralEntry({ name, detector, params, window, remark, published: figures, ...rule }: NeuralRow): SkabEntry {
  return {
    name,
    kind: "method",
    needs: detector,
    settings: [
      `${detector}, standardized`,
      `scores above ${rule.factor.toFixed(2)} times their ${rule.quantile} quantile in training`,
      ...(window === 1 ? [] : [`in all windows of ${window} rows`]),
      ...(remark === undefined ? [] : [remark]),
    ].join("; "),
    published: figures,
    async decide(file, run) {
      const { train, test } = scaled(file);
      const model = await run.fit(neuralDetector(detector, params, run), train);
      const limit = limitOf(await run.score(model, train), window, rule);
      const scores = await run.score(model, test);
      if (window === 1) return windowsAbove(scores, window, limit);
      const continued = (await run.score(model, joined(train, test))).subarray(train.rows);
      return windowsAbove(scores, window, limit, continued);
    },
  };
}

function neuralDetector(name: string, given: NeuralRow["params"], { seed }: DetectorRun): Detector {
  const { params } = registry.get(name).spec;
  return registry.create(name, { ...given, ...("seed" in params ? { seed } : {}) });
}

export const NEURAL_METHODS: readonly SkabEntry[] = NEURAL.map(neuralEntry);
