export { type Fallback, fallbackKernels } from "./fallback.js";
export { loadWasmKernels, type WasmStatus, wasmKernels, wasmStatus } from "./wasm.js";
