import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import util from "node:util";
import type { BackendLoader, TensorFlow } from "./backend.js";

const require = createRequire(import.meta.url);

/** What tfjs-node still calls, and Node 24 no longer has. */
interface OldUtil {
  isNullOrUndefined?: (value: unknown) => boolean;
  isArray?: (value: unknown) => boolean;
}

export const loaders: BackendLoader = {
  node: async () => {
    // TensorFlow tells at every start which instructions it was not compiled for.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
    requireLibrary();
    const old = util as OldUtil;
    old.isNullOrUndefined ??= (value) => value === null || value === undefined;
    old.isArray ??= Array.isArray;
    const tf = require("@tensorflow/tfjs-node") as TensorFlow;
    return use(tf, "tensorflow");
  },
  wasm: async () => {
    const tf = require("@tensorflow/tfjs") as TensorFlow;
    const wasm = require("@tensorflow/tfjs-backend-wasm") as { setWasmPaths(folder: string): void };
    wasm.setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")) + join(sep, "dist", sep));
    return use(tf, "wasm");
  },
  cpu: async () => use(require("@tensorflow/tfjs") as TensorFlow, "cpu"),
};

/** tfjs-node without its library fails half-way, and leaves its operations registered: looked for first. */
function requireLibrary(): void {
  const folder = dirname(require.resolve("@tensorflow/tfjs-node/package.json"));
  const binding = join(folder, "lib", "napi-v8", "tfjs_binding.node");
  if (!existsSync(binding)) throw new Error("TensorFlow's library is not installed under @tensorflow/tfjs-node");
  try {
    require(binding);
  } catch (error) {
    throw new Error(`${binding} could not be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function use(tf: TensorFlow, backend: string): Promise<TensorFlow> {
  // No checks of values, and no advice to install another backend.
  tf.enableProdMode();
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} does not start`);
  await tf.ready();
  return tf;
}
