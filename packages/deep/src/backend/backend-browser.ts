import type { BackendLoader, TensorFlow } from "./backend.js";

/** WebAssembly and plain JavaScript: wherever JavaScript runs. A bundler makes chunks of them that are loaded when needed. */
export const loaders: BackendLoader = {
  wasm: async () => {
    const tf = await import("@tensorflow/tfjs");
    await import("@tensorflow/tfjs-backend-wasm");
    return use(tf, "wasm");
  },
  cpu: async () => use(await import("@tensorflow/tfjs"), "cpu"),
};

async function use(tf: TensorFlow, backend: string): Promise<TensorFlow> {
  tf.enableProdMode();
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} does not start`);
  await tf.ready();
  return tf;
}
