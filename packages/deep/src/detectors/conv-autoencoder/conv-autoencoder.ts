import { defineDetector, int, number, oneOf, ParamError, type ParamValues, text } from "@telltale/core";
import { convolutionalAutoencoder } from "../../networks/conv-autoencoder.js";
import { trainingParams } from "../../training/settings.js";
import { reconstructionParams, windowParam } from "../../windows/window-params.js";
import { reconstructing } from "../reconstructing.js";

const WINDOW = 32;
const MOST_LAYERS = 8;

const filtersParam = text({
  default: "32,16",
  expects: "filters of each layer of the encoder, such as 32,16",
  doc: "Filters of the encoder's layers, separated by commas; each layer halves the rows. The decoder mirrors them.",
  accept(value, name) {
    const parts = Array.isArray(value) ? value.map(String) : typeof value === "string" ? value.split(",") : [];
    const filters = parts.map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0));
    if (filters.length >= 1 && filters.length <= MOST_LAYERS && filters.every((n) => n >= 1 && n <= 4096)) {
      return filters.join(",");
    }
    throw new ParamError(
      typeof value === "string" || Array.isArray(value) ? "PARAM_RANGE" : "PARAM_TYPE",
      `${name}: expected up to ${MOST_LAYERS} whole numbers from 1 to 4096, separated by commas; found ${JSON.stringify(value)}`,
      { remedy: "Write for example 32,16" },
    );
  },
});

const params = {
  window: windowParam(WINDOW, "Rows of a window."),
  filters: filtersParam,
  kernel: int({ default: 7, min: 1, max: 999, doc: "Rows that a filter looks at." }),
  dropout: number({
    default: 0.2,
    min: 0,
    max: 0.9,
    doc: "Share of values behind the first layer of encoder and decoder that a step does without.",
  }),
  variant: oneOf(["corrected", "published"], {
    default: "corrected",
    doc: "Whether every column is written, or, as in the published network, one curve for all of them.",
  }),
  ...reconstructionParams,
  ...trainingParams,
};

type Given = ParamValues<typeof params>;

const network = (given: Given, cols: number, seed: number | undefined) =>
  convolutionalAutoencoder({
    ...{ cols, steps: given.window, filters: given.filters.split(",").map(Number), size: given.kernel },
    ...{ dropout: given.dropout, shared: given.variant === "published", seed },
  });

/**
 * A convolutional autoencoder: filters squeeze a window of the series, rows and columns together, and others write it again;
 * windows that are written badly are unlike those of training.
 *
 * *fit*, *score*, *needs*, *edges* and `contributions` are those of `lstm-autoencoder`; it learns much faster, and finds shapes
 * wherever they are in a window.
 *
 * *Variant*: `published` is the network of the Skoltech Anomaly Benchmark to the letter. Its last layer has a single filter, whose
 * output is compared with every column: it writes one curve that all standardized columns share, and what it says about a
 * single column means little. `corrected` writes every column.
 *
 * @throws ParamError `PARAM_RANGE` when no series is as long as a window
 * @throws `TrainingError` `TRAINING_DIVERGED`, `TRAINING_CHECKPOINT`
 * @see https://doi.org/10.34740/KAGGLE/DSV/1693952 Katser, Kozitsin: Skoltech Anomaly Benchmark (SKAB), its Conv-AE
 * @see https://doi.org/10.1007/978-3-642-21735-7_7 Masci and others: stacked convolutional auto-encoders
 * @example
 * ```ts
 * import { fromRows } from "@telltale/core";
 * import { convAutoencoder } from "@telltale/deep";
 * const wave = (t: number) => [Math.sin(t / 2), Math.cos(t / 2)];
 * const train = fromRows(Array.from({ length: 200 }, (_, t) => wave(t)));
 * const model = await convAutoencoder({ window: 16, filters: "8,4", epochs: 20, rate: 0.01 }).fit(train);
 * const test = fromRows(Array.from({ length: 60 }, (_, t) => (t === 40 ? [3, 0] : wave(t))));
 * const scores = await model.score(test);
 * console.log(scores.indexOf(Math.max(...scores))); // 40
 * ```
 */
export const convAutoencoder = defineDetector({
  name: "conv-autoencoder",
  aliases: ["conv-ae", "cnn-autoencoder"],
  summary: "Convolutional autoencoder of windows: stretches whose shape it cannot write again are anomalous.",
  input: "series",
  traits: { neural: true, scaleSensitive: true, checkpoints: true },
  leastRows: WINDOW + 2,
  params,
  ...reconstructing<Given>("conv-autoencoder", network),
});
