import { DENSE_OPTIMIZERS, type DenseLayer, type DenseNetworkTrainArgs } from "../../dense-network.js";

const { fround } = Math;

/** One step of descent with the gradients of a batch. */
export function descend(args: DenseNetworkTrainArgs, layers: readonly DenseLayer[], gradients: Float32Array): void {
  penalise(args, layers, gradients);
  if (args.clip > 0) shorten(gradients, args.clip);
  const { weights, moments1, moments2, powers } = args;
  const optimizer = DENSE_OPTIMIZERS[args.optimizer];
  const rate = fround(args.rate);
  const beta1 = fround(args.beta1);
  const beta2 = fround(args.beta2);
  const rest1 = fround(1 - args.beta1);
  const rest2 = fround(1 - args.beta2);
  const epsilon = fround(args.epsilon);
  powers[0] = (powers[0] as number) * args.beta1;
  powers[1] = (powers[1] as number) * args.beta2;
  const alpha = fround((args.rate * Math.sqrt(1 - (powers[1] as number))) / (1 - (powers[0] as number)));
  for (let i = 0; i < weights.length; i++) {
    const g = gradients[i] as number;
    const w = weights[i] as number;
    const m = moments1[i] as number;
    const v = moments2[i] as number;
    if (optimizer === "adam") {
      const m1 = fround(m + fround(fround(g - m) * rest1));
      const v1 = fround(v + fround(fround(fround(g * g) - v) * rest2));
      moments1[i] = m1;
      moments2[i] = v1;
      weights[i] = fround(w - fround(fround(m1 * alpha) / fround(fround(Math.sqrt(v1)) + epsilon)));
    } else if (optimizer === "sgd") {
      const m1 = fround(fround(beta1 * m) - fround(rate * g));
      moments1[i] = m1;
      weights[i] = fround(w + m1);
    } else {
      const v1 = fround(fround(beta2 * v) + fround(fround(g * g) * rest2));
      moments2[i] = v1;
      weights[i] = fround(w - fround(fround(rate * g) / fround(Math.sqrt(fround(v1 + epsilon)))));
    }
  }
}

function penalise(
  { weights, l1, l2 }: DenseNetworkTrainArgs,
  layers: readonly DenseLayer[],
  gradients: Float32Array,
): void {
  if (l1 === 0 && l2 === 0) return;
  const slope = fround(l1);
  const twice = fround(2 * l2);
  for (const { kernelAt, biasAt } of layers) {
    for (let i = kernelAt; i < biasAt; i++) {
      const w = weights[i] as number;
      const side = w > 0 ? slope : w < 0 ? -slope : 0;
      gradients[i] = fround(fround((gradients[i] as number) + fround(twice * w)) + side);
    }
  }
}

function shorten(gradients: Float32Array, length: number): void {
  let squares = 0;
  for (let i = 0; i < gradients.length; i++) {
    const g = gradients[i] as number;
    squares += g * g;
  }
  const norm = Math.sqrt(squares);
  if (!(norm > length)) return;
  const factor = fround(length / norm);
  for (let i = 0; i < gradients.length; i++) gradients[i] = fround((gradients[i] as number) * factor);
}
