export * from "./comparison/index.js";
export * from "./ranks/index.js";
export * from "./record/index.js";
export * from "./run/index.js";
export * from "./suites/index.js";
