export { loadWasmKernels, type WasmStatus, wasmKernels, wasmStatus } from "./wasm.js";
