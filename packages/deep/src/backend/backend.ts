import { KernelError, ParamError } from "@telltale/core";

/** TensorFlow.js with the operations of all backends. */
export type TensorFlow = typeof import("@tensorflow/tfjs");

/** What computes: TensorFlow itself (`@tensorflow/tfjs-node`), WebAssembly, or plain JavaScript. */
export const BACKENDS = ["node", "wasm", "cpu"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** One backend that was tried before the one in use, and why it is not that one. */
export interface BackendAttempt {
  readonly name: BackendName;
  readonly problem: string;
}

/** The backend in use. */
export interface Backend {
  readonly name: BackendName;
  readonly tf: TensorFlow;
  /** Those that would have been faster, and why they are not there. */
  readonly attempts: readonly BackendAttempt[];
}

/** Loads one backend, or throws; found by `backend-node.ts`, or `backend-browser.ts` where there is no Node. */
export type BackendLoader = Readonly<Partial<Record<BackendName, () => Promise<TensorFlow>>>>;

const ENVIRONMENT = "TELLTALE_DEEP";
const REMEDY: Readonly<Record<BackendName, string>> = {
  node: "`node packages/deep/scripts/install-tensorflow.mjs` in a checkout, or `npm rebuild @tensorflow/tfjs-node`, puts TensorFlow in place",
  wasm: "Install the package @tensorflow/tfjs-backend-wasm",
  cpu: "Install the package @tensorflow/tfjs",
};

let asked = false;
let loading: Promise<Backend> | undefined;
let current: Backend | undefined;

/**
 * The TensorFlow.js backend of this process, loaded at the first call: TensorFlow itself where its library is there, else
 * WebAssembly, else plain JavaScript. The environment variable `TELLTALE_DEEP` (`node`, `wasm`, `cpu`) takes one of them and no
 * other; `off` takes none.
 *
 * @throws KernelError `KERNEL_UNAVAILABLE` when the one that is asked for, or any, cannot be loaded
 * @throws ParamError `PARAM_RANGE` when the variable names none of them
 */
export function loadBackend(): Promise<Backend> {
  loading ??= choose().then(
    (backend) => {
      current = backend;
      return backend;
    },
    (error) => {
      // The variable may be set right, or the library installed, before the next call.
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/**
 * Trains networks on TensorFlow.js from now on, or no longer. They are trained on the kernels of core otherwise, unless the
 * environment variable `TELLTALE_DEEP` names a backend. Scores come from the kernels in any case.
 */
export function useTensorFlow(on = true): void {
  asked = on;
}

/** Whether networks are to be trained on TensorFlow.js. */
export function tensorFlowAsked(): boolean {
  return environment() !== "off" && (asked || askedFor() !== undefined);
}

/** The backend, once it is loaded. */
export function currentBackend(): Backend | undefined {
  return current;
}

/**
 * The backend for a call that may not wait.
 *
 * @throws KernelError `KERNEL_UNAVAILABLE` before `loadBackend` has ended
 */
export function requireBackend(): Backend {
  if (current !== undefined) return current;
  throw new KernelError("KERNEL_UNAVAILABLE", "TensorFlow.js is not loaded yet, and loading it takes a promise", {
    remedy: "Call `await loadBackend()` of @telltale/deep first, or use the forms that return promises",
  });
}

/** What a person should know about the backend in use, as one sentence; undefined when it is the fastest one. */
export function backendNotice({ name, attempts }: Backend): string | undefined {
  const [missed] = attempts;
  if (missed === undefined) return undefined;
  const on = name === "wasm" ? "WebAssembly" : "plain JavaScript";
  return `TensorFlow.js trains networks in ${on}, more slowly (${missed.problem}). ${REMEDY[missed.name]}`;
}

async function choose(): Promise<Backend> {
  const named = askedFor();
  const loaders = await loadersHere();
  const attempts: BackendAttempt[] = [];
  for (const name of named === undefined ? BACKENDS : [named]) {
    const load = loaders[name];
    if (load === undefined) {
      if (named !== undefined) attempts.push({ name, problem: "it is not for browsers" });
      continue;
    }
    try {
      return { name, tf: await load(), attempts };
    } catch (error) {
      attempts.push({ name, problem: firstLine(error) });
    }
  }
  const problems = attempts.map(({ name, problem }) => `${name}: ${problem}`).join("; ");
  throw new KernelError("KERNEL_UNAVAILABLE", `TensorFlow.js cannot be loaded (${problems})`, {
    remedy: REMEDY[attempts[0]?.name ?? "cpu"],
  });
}

/** Without Node there is no environment, and nothing is asked for. */
function environment(): string | undefined {
  return typeof process === "undefined" ? undefined : process.env?.[ENVIRONMENT];
}

function askedFor(): BackendName | undefined {
  const value = environment();
  if (value === undefined || value === "" || value === "auto") return undefined;
  const found = BACKENDS.find((name) => name === value);
  if (found !== undefined) return found;
  if (value === "off") {
    throw new KernelError("KERNEL_UNAVAILABLE", `TensorFlow.js is switched off: ${ENVIRONMENT} is off`, {
      remedy: `Unset ${ENVIRONMENT}`,
    });
  }
  throw new ParamError("PARAM_RANGE", `${ENVIRONMENT}: expected ${BACKENDS.join(", ")}, off or auto; found "${value}"`);
}

/** Those of this platform: the "imports" of package.json choose between `backend-node.ts` and `backend-browser.ts`. */
async function loadersHere(): Promise<BackendLoader> {
  return (await import("#backend-loaders")).loaders;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0]?.trim() ?? "";
}
