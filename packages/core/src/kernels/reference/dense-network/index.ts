export { denseNetworkForward } from "./forward.js";
export { denseNetworkTrain } from "./train.js";
