import { flag, int, intOr, number, oneOf, type ParamValues } from "@telltale/core";

/** Parameters that every neural detector has: how it learns. */
export const trainingParams = {
  epochs: int({ default: 50, min: 1, max: 100_000, doc: "Passes over the training rows at most." }),
  batch: int({ default: 64, min: 1, max: 1_000_000, doc: "Rows, or windows, between two steps of descent." }),
  validation: number({
    default: 0.1,
    min: 0,
    max: 0.9,
    doc: "Share of the training rows, the last in time, that is not learned from but tells when to stop; 0 for none.",
  }),
  patience: intOr("off", {
    default: 10,
    min: 1,
    max: 100_000,
    doc: "Epochs without a lower loss (of the validation rows, where there are any) after which it stops, or off.",
  }),
  restoreBest: flag({ default: true, doc: "Keeps the weights of the epoch with the lowest loss, not the last ones." }),
  shuffle: flag({ default: true, doc: "Takes the rows in another order in every epoch." }),
  optimizer: oneOf(["adam", "sgd", "rmsprop"], { default: "adam", doc: "How a step is made out of a gradient." }),
  rate: number({ default: 0.001, min: 0, max: 10, exclusive: true, doc: "Learning rate at the beginning." }),
  schedule: oneOf(["constant", "plateau", "cosine", "step"], {
    default: "constant",
    doc: "How the learning rate falls: when the loss does not (plateau), along a cosine to 0, or every few epochs (step).",
  }),
  rateFactor: number({
    default: 0.1,
    min: 0,
    max: 1,
    exclusive: true,
    doc: "What plateau and step multiply the learning rate by.",
  }),
  rateEpochs: int({
    default: 5,
    min: 1,
    max: 100_000,
    doc: "Epochs without a lower loss (plateau), or between two falls (step).",
  }),
  leastRate: number({
    default: 0,
    min: 0,
    max: 10,
    doc: "What a learning rate that falls does not fall below; 0 for no such bound.",
  }),
  l1: number({ default: 0, min: 0, max: 1000, doc: "Penalty on the absolute values of weights." }),
  l2: number({ default: 0, min: 0, max: 1000, doc: "Penalty on the squares of weights." }),
  clip: number({ default: 0, min: 0, max: 1e6, doc: "Length that gradients are shortened to; 0 leaves them." }),
  seed: int({
    default: 0,
    min: 0,
    doc: "Seed of weights, order and dropped units; the same seed gives the same model.",
  }),
};

/** How a network learns, of whatever it is made. */
export type TrainingSettings = ParamValues<typeof trainingParams>;
