export * from "./cholesky.js";
export * from "./least-squares.js";
export * from "./lu.js";
export * from "./real-eigenvalues.js";
export * from "./streamed-triangle.js";
export * from "./symmetric-eigen.js";
export * from "./whitening.js";
