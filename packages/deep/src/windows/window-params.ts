import { int, number, oneOf } from "@telltale/core";

/** Parameters of networks that read windows of a series. */
export const cellParams = (cell: "lstm" | "gru" | "rnn") => ({
  cell: oneOf(["lstm", "gru", "rnn"], {
    default: cell,
    doc: "Recurrent cell: long short-term memory, gated recurrent unit, or plain.",
  }),
  activation: oneOf(["tanh", "relu"], { default: "tanh", doc: "Activation of the cells." }),
});

export const unitsParam = (units: number) =>
  int({ default: units, min: 1, max: 4096, doc: "Units of each recurrent layer." });

export const windowParam = (window: number, doc: string) => int({ default: window, min: 2, max: 100_000, doc });

export const dropoutParam = (doc: string) => number({ default: 0, min: 0, max: 0.9, doc });

/** Parameters of a score that is the error of a reconstruction. */
export const reconstructionParams = {
  loss: oneOf(["mse", "mae"], { default: "mse", doc: "What is learned: mean squared or mean absolute error." }),
  residual: oneOf(["squared", "absolute"], { default: "squared", doc: "What is scored: squared or absolute errors." }),
  windowScore: oneOf(["covering", "ending"], {
    default: "covering",
    doc: "Score of a row: its own error, mean over the windows that hold it, or the error of the window that ends there.",
  }),
} as const;
