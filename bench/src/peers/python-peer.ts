import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PEERS } from "./environment.js";

/** Versions that a result names. */
const PACKAGES = [
  "scikit-learn",
  "isotree",
  "numpy",
  "pandas",
  "imbalanced-learn",
  "scikit-learn-intelex",
  "faiss-cpu",
  "onnxruntime",
  "skl2onnx",
  "pyod",
  "xgboost",
  "TSB-AD",
];

export interface Versions {
  readonly versions: Readonly<Record<string, string>>;
  /** For each package that cannot be used the reason. */
  readonly unusable: Readonly<Record<string, string>>;
}

/**
 * The Python process that holds data and models of the peers, and times their calls itself (`peers/peer.py`). It is
 * asked for a function of one of the modules beside that file, by `module.function`.
 */
export class PythonPeer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(python: string) {
    this.#child = spawn(python, [join(PEERS, "peer.py")], { stdio: ["pipe", "pipe", "inherit"] });
    const output = this.#child.stdout;
    if (output === null) throw new Error("the Python peer has no output");
    this.#lines = createInterface({ input: output })[Symbol.asyncIterator]();
  }

  versions(): Promise<Versions> {
    return this.ask("versions.of", { packages: PACKAGES });
  }

  /** Asks for one call; the answer is what the function returned. */
  async ask<T>(operation: string, request: object): Promise<T> {
    this.#child.stdin?.write(`${JSON.stringify({ ...request, do: operation })}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the Python peer ended while it was asked for ${operation}`);
    const answer = JSON.parse(value) as T & { readonly error?: string };
    if (answer.error !== undefined) throw new Error(`${operation}: ${answer.error}`);
    return answer;
  }

  stop(): void {
    this.#child.stdin?.end();
  }
}
