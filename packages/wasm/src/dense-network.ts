import {
  type DenseLayer,
  type DenseNetworkForwardArgs,
  type DenseNetworkTrainArgs,
  type DenseProducts,
  denseHasBias,
  denseLayers,
  denseNetworkOn,
  KernelError,
} from "@telltale/core";
import { requireFloats } from "./module/checked-arguments.js";
import type { Engine } from "./module/engine.js";
import { PANEL } from "./recurrent/layer.js";

/** The products of dense networks on a module: a layer's arrays are copied in and its results out. */
function productsOn({ functions, workspace }: Engine): DenseProducts {
  /** The addresses of a layer's weights and of a panel. */
  const given = ({ kernelAt, biasAt }: DenseLayer, weights: Float32Array, panel: Float32Array, length: number) => {
    workspace.begin();
    return [
      workspace.copy(weights.subarray(kernelAt, biasAt)),
      workspace.copy(panel.subarray(0, length)),
      workspace.place(length),
    ] as const;
  };
  return {
    sums(layer, weights, panel, lanes, out) {
      const { inputs, sums, biasAt } = layer;
      const [kernel, from, packed] = given(layer, weights, panel, inputs * lanes);
      const initial = workspace.zeros(sums * PANEL);
      const to = workspace.place(sums * lanes);
      if (denseHasBias(layer)) {
        for (let j = 0; j < sums; j++) workspace.fill(initial + 4 * PANEL * j, weights[biasAt + j] as number, PANEL);
      }
      functions.panelProduct(sums, kernel, 1, sums, from, inputs, lanes, packed, initial, PANEL, to);
      workspace.read(to, out.subarray(0, sums * lanes));
    },
    inputGradients(layer, weights, gradients, lanes, out) {
      const { inputs, sums } = layer;
      const [kernel, from, packed] = given(layer, weights, gradients, sums * lanes);
      const zeros = workspace.zeros(PANEL);
      const to = workspace.place(inputs * lanes);
      functions.panelProduct(inputs, kernel, sums, 1, from, sums, lanes, packed, zeros, 0, to);
      workspace.read(to, out.subarray(0, inputs * lanes));
    },
    weightGradients(layer, panel, gradients, lanes, out) {
      const { inputs, sums, kernelAt, biasAt } = layer;
      workspace.begin();
      const from = workspace.copy(panel.subarray(0, inputs * lanes));
      // One unit and one number more: the sums are made two by two.
      const back = workspace.place((sums + 1) * lanes);
      workspace.write(back, gradients.subarray(0, sums * lanes));
      const to = workspace.place(inputs * sums + 1);
      functions.panelWeightGradients(inputs, from, sums, back, lanes, to);
      workspace.read(to, out.subarray(kernelAt, biasAt));
      if (!denseHasBias(layer)) return;
      const biases = workspace.place(sums);
      functions.panelUnitSums(sums, back, lanes, biases);
      workspace.read(biases, out.subarray(biasAt, biasAt + sums));
    },
  };
}

/** Refuses what describes no network, and weights that are too few. */
function check({ layers, weights }: Pick<DenseNetworkForwardArgs, "layers" | "weights">): void {
  const end = denseLayers(layers)?.at(-1)?.end;
  if (end === undefined) {
    throw new KernelError("KERNEL_FAILED", "layers: expected the description of a network", {
      remedy: "Check the arrays passed to the kernel",
    });
  }
  requireFloats("weights", weights, end);
}

/** See {@link DenseNetworkForwardArgs} and {@link DenseNetworkTrainArgs}. */
export function bindDenseNetwork(engine: Engine) {
  const network = denseNetworkOn(productsOn(engine));
  return {
    denseNetworkForward: (args: DenseNetworkForwardArgs) => {
      check(args);
      network.denseNetworkForward(args);
    },
    denseNetworkTrain: (args: DenseNetworkTrainArgs) => {
      check(args);
      network.denseNetworkTrain(args);
    },
  };
}
