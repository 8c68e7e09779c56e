export * from "./beta.js";
export { exp, log1p, logGamma } from "./exponential.js";
export * from "./gamma.js";
export * from "./normal.js";
export * from "./studentized-range.js";
