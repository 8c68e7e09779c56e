import type { DenseNetworkForwardArgs, DenseNetworkTrainArgs, DenseProducts } from "../../dense-network.js";
import { denseNetworkForward } from "./forward.js";
import { plainProducts } from "./layer.js";
import { denseNetworkTrain } from "./train.js";

/** The kernels of dense networks, which take the sums of products from elsewhere and do all else in plain TypeScript. */
export function denseNetworkOn(products: DenseProducts) {
  return {
    denseNetworkForward: (args: DenseNetworkForwardArgs) => denseNetworkForward(products, args),
    denseNetworkTrain: (args: DenseNetworkTrainArgs) => denseNetworkTrain(products, args),
  };
}

/** All in plain TypeScript. */
export const plainDenseNetwork = denseNetworkOn(plainProducts);
