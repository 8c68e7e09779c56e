/**
 * The kernels of dense networks: their arguments and what they promise.
 *
 * *Numerical contract*: same bits on every path and for every number of threads. All arithmetic is of single precision, each
 * operation rounded on its own (no fused multiply-add), but for sums of losses and of squared gradients.
 *
 * - Values of x are rounded to single precision after they are brought into ±{@link DENSE_MOST_INPUT}.
 * - A unit's sum begins with its bias and adds input k after input k − 1. A gradient that goes back to an input begins with 0
 *   and adds unit j after unit j − 1.
 * - The gradient of a weight adds row i of the batch to sum i mod 16 and folds the sixteen by halves (0+8, 1+9 …; then 4, 2, 1
 *   apart); so does the loss of a batch, whose rows add output after output.
 * - A normalized layer sums a unit's values, then its squared differences from their mean, in the same way; so do the gradients
 *   of its scale and shift. Its order of operations is that of `reference/dense-network/normalized.ts`.
 * - exp is that of `reference/dense-network/activations.ts`: eˣ within 2 units in the last place.
 */

/** Inputs beyond this are taken for it: their squares, times weights, stay within the range of single precision. */
export const DENSE_MOST_INPUT = 1e9;

/** Rows of a batch are worked at in groups of so many. */
export const DENSE_LANES = 16;

export const DENSE_ACTIVATIONS = ["linear", "relu", "leaky-relu", "elu", "tanh", "sigmoid"] as const;
export type DenseActivation = (typeof DENSE_ACTIVATIONS)[number];
/** Slope of leaky-relu below 0. */
export const DENSE_LEAK = 0.3;

/**
 * `sampled`: units are drawn from normal distributions, of which the layer computes the means and then the logarithms of the
 * variances (the reparametrisation of a variational autoencoder): 2 · units sums, units outputs.
 *
 * `normalized`: batch normalization between sums and activation: γ (s − μ) / √(σ² + ε) + β, with the mean and the (biased)
 * variance of the batch where a step is made, and with moving ones where none is; β stands in for the bias.
 *
 * @see https://doi.org/10.48550/arXiv.1502.03167 Ioffe, Szegedy: batch normalization
 */
export const DENSE_KINDS = ["biased", "unbiased", "sampled", "normalized"] as const;
export type DenseKind = (typeof DENSE_KINDS)[number];

/**
 * What is minimised: squared and absolute differences from the target, or the negative logarithm of a normal density, of which
 * the last layer gives the means and then the logarithms of the variances.
 */
export const DENSE_LOSSES = ["squared", "absolute", "gaussian"] as const;
export type DenseLoss = (typeof DENSE_LOSSES)[number];

/** `none` leaves the weights as they are and drops no unit: the loss of rows that are not learned from. */
export const DENSE_OPTIMIZERS = ["none", "adam", "sgd", "rmsprop"] as const;
export type DenseOptimizer = (typeof DENSE_OPTIMIZERS)[number];

/** Logarithms of variances are kept within ± this. */
export const DENSE_LOG_VARIANCE = 12;

/** ε of normalized layers, as Keras has it. */
export const DENSE_NORMALIZED_EPSILON = 1e-3;
/** What a step leaves of the moving means and variances of normalized layers, as Keras has it. */
export const DENSE_NORMALIZED_MOMENTUM = 0.99;

/** Numbers of a layer in `layers`: inputs, units, activation and kind by their places in the lists above. */
export const DENSE_LAYER_FIELDS = 4;

/**
 * One layer, and where its weights stand: inputs × sums, row-major, then one bias a sum; of a `normalized` one β, γ, moving mean
 * and moving variance of each unit ({@link denseNormalization}). The moving ones have no gradient: steps leave them alone.
 */
export interface DenseLayer {
  readonly inputs: number;
  /** Values that it gives to the next layer. */
  readonly units: number;
  /** Weighted sums that it makes. */
  readonly sums: number;
  readonly activation: DenseActivation;
  readonly kind: DenseKind;
  readonly kernelAt: number;
  /** Where the biases (of a `normalized` layer β) stand; they are none when it is `unbiased`. */
  readonly biasAt: number;
  readonly end: number;
}

/** Numbers that a sum has beside its kernel. */
const BIASES: Readonly<Record<DenseKind, number>> = { biased: 1, unbiased: 0, sampled: 1, normalized: 4 };

/** Reads `layers`; undefined when it describes no network. */
export function denseLayers(layers: Int32Array): DenseLayer[] | undefined {
  if (layers.length === 0 || layers.length % DENSE_LAYER_FIELDS !== 0) return undefined;
  const found: DenseLayer[] = [];
  let at = 0;
  for (let i = 0; i < layers.length; i += DENSE_LAYER_FIELDS) {
    const [inputs, units, activation, kind] = layers.subarray(i, i + DENSE_LAYER_FIELDS) as unknown as number[];
    const activationName = DENSE_ACTIVATIONS[activation as number];
    const kindName = DENSE_KINDS[kind as number];
    if (!((inputs as number) >= 1 && (units as number) >= 1) || activationName === undefined) return undefined;
    if (kindName === undefined || (i > 0 && found.at(-1)?.units !== inputs)) return undefined;
    const sums = (units as number) * (kindName === "sampled" ? 2 : 1);
    const biasAt = at + (inputs as number) * sums;
    const end = biasAt + sums * BIASES[kindName];
    found.push({
      inputs: inputs as number,
      units: units as number,
      sums,
      activation: activationName,
      kind: kindName,
      kernelAt: at,
      biasAt,
      end,
    });
    at = end;
  }
  return found;
}

/** Views of what a `normalized` layer has for each of its units, in weights or in gradients. */
export interface DenseNormalization {
  /** β. */
  readonly shift: Float32Array;
  /** γ. */
  readonly scale: Float32Array;
  /** Moving mean. */
  readonly mean: Float32Array;
  /** Moving variance. */
  readonly variance: Float32Array;
}

/** Finds the parts of a `normalized` layer in an array as long as the weights. */
export function denseNormalization({ biasAt, units }: DenseLayer, weights: Float32Array): DenseNormalization {
  const part = (place: number) => weights.subarray(biasAt + place * units, biasAt + (place + 1) * units);
  return { shift: part(0), scale: part(1), mean: part(2), variance: part(3) };
}

/** Writes layers in the form that kernels take. */
export function packDenseLayers(
  layers: readonly Pick<DenseLayer, "inputs" | "units" | "activation" | "kind">[],
): Int32Array {
  return Int32Array.from(
    layers.flatMap(({ inputs, units, activation, kind }) => [
      inputs,
      units,
      DENSE_ACTIVATIONS.indexOf(activation),
      DENSE_KINDS.indexOf(kind),
    ]),
  );
}

/** Whether a number is added to each sum; a normalized layer's is added after its normalization. */
export function denseHasBias({ kind }: DenseLayer): boolean {
  return kind === "biased" || kind === "sampled";
}

/**
 * The sums of products of one layer, nearly all of the arithmetic of a dense network, in whatever computes them. A panel holds one
 * unit after the other, each with a value for every row: value (unit, row) stands at unit · lanes + row, lanes being the rows rounded up
 * to a multiple of {@link DENSE_LANES}.
 */
export interface DenseProducts {
  /** Writes the panel of a layer's sums: the bias, then input after input. */
  sums(layer: DenseLayer, weights: Float32Array, panel: Float32Array, lanes: number, out: Float32Array): void;
  /** Writes the panel of gradients of a layer's inputs from that of its sums: 0, then sum after sum. */
  inputGradients(
    layer: DenseLayer,
    weights: Float32Array,
    gradients: Float32Array,
    lanes: number,
    out: Float32Array,
  ): void;
  /** Writes the gradients of weights and biases where the weights stand; `panel` is what the layer was given. */
  weightGradients(
    layer: DenseLayer,
    panel: Float32Array,
    gradients: Float32Array,
    lanes: number,
    out: Float32Array,
  ): void;
}

/** What rows become on their way through the first layers of a network. */
export interface DenseNetworkForwardArgs {
  readonly x: Float64Array;
  readonly rows: number;
  /** The inputs of the first layer. */
  readonly cols: number;
  readonly layers: Int32Array;
  /** Layers to go through, from the first; a `sampled` last one gives means and logarithms of variances. */
  readonly depth: number;
  readonly weights: Float32Array;
  /** One standard normal number for each unit of the `sampled` layer, the same for every row; empty: none is drawn. */
  readonly noise: Float32Array;
  readonly threads: number;
  /** Output, rows × units of the last of these layers (or sums, when it is `sampled`). */
  readonly outputs: Float32Array;
}

/**
 * Goes over places `from` … `to` of `order`, in batches of `batch` rows, and makes a step of descent after each. A call goes on
 * from `weights`, both `moments`, `powers` and `losses` as they are.
 *
 * Steps: `adam` m ← m + (g − m)(1 − β₁), v ← v + (g² − v)(1 − β₂), w ← w − m α / (√v + ε), α = rate √(1 − β₂ᵗ) / (1 − β₁ᵗ);
 * `sgd` m ← β₁ m − rate g, w ← w + m; `rmsprop` v ← β₂ v + g² (1 − β₂), w ← w − rate g / √(v + ε).
 *
 * @see https://doi.org/10.48550/arXiv.1412.6980 Kingma, Ba: Adam
 */
export interface DenseNetworkTrainArgs {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly layers: Int32Array;
  /** One a layer, 0 ≤ p < 1: the share of its outputs that a step does without. */
  readonly dropout: Float32Array;
  /** What every row's outputs should be; empty: the row itself. */
  readonly target: Float32Array;
  /** Place in {@link DENSE_LOSSES}. */
  readonly loss: number;
  /** A row's loss is the sum over its outputs times this. */
  readonly lossScale: number;
  /** What the divergence of the `sampled` layer from a standard normal distribution counts for. */
  readonly klWeight: number;
  /** Rows of x. */
  readonly order: Int32Array;
  /** A multiple of `batch`. */
  readonly from: number;
  readonly to: number;
  readonly batch: number;
  /** A standard normal number for each place of `order` and unit of the `sampled` layer; empty: none is drawn. */
  readonly noise: Float32Array;
  /** Place in {@link DENSE_OPTIMIZERS}. */
  readonly optimizer: number;
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Penalties of the weights, biases left out: l1 Σ |w| + l2 Σ w². The loss that is told leaves them out. */
  readonly l1: number;
  readonly l2: number;
  /** Length that all gradients together are shortened to; 0: they are not. */
  readonly clip: number;
  /** Of the units to drop. */
  readonly seed: number;
  /** Number of the step at `from`, which the units to drop depend on, too. */
  readonly firstStep: number;
  readonly threads: number;
  /** In and out; moving means and variances follow every batch that a step is made with. */
  readonly weights: Float32Array;
  /** In and out, as long as the weights, zeros at first. */
  readonly moments1: Float32Array;
  readonly moments2: Float32Array;
  /** In and out, ones at first: β₁ᵗ, β₂ᵗ. */
  readonly powers: Float64Array;
  /** In and out, one number, 0 at first: the sum of the rows' losses. */
  readonly losses: Float64Array;
}

/** Cuts a pass over many batches into calls for a few. */
export function denseBatchSlices(args: DenseNetworkTrainArgs, batchesPerSlice: number): DenseNetworkTrainArgs[] {
  const step = Math.max(1, Math.floor(batchesPerSlice)) * args.batch;
  const slices: DenseNetworkTrainArgs[] = [];
  for (let from = args.from; from < args.to; from += step) {
    const firstStep = args.firstStep + (from - args.from) / args.batch;
    slices.push({ ...args, from, to: Math.min(args.to, from + step), firstStep });
  }
  return slices;
}
