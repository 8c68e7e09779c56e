export * from "./ranks/index.js";
