import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PEERS } from "./environment.js";

export type Library = "scikit-learn" | "isotree";
export const LIBRARIES: readonly Library[] = ["scikit-learn", "isotree"];

/** imbalanced-learn with its own search for neighbours, that of scikit-learn, and with that of scikit-learn-intelex. */
export type SmoteLibrary = "imbalanced-learn" | "imbalanced-learn, intelex";

/** Those that have LOF, and the flat index of faiss. */
export type NeighbourLibrary = "scikit-learn" | "scikit-learn-intelex" | "faiss";

/** Versions that a result names. */
const PACKAGES = [
  ...LIBRARIES,
  "numpy",
  "pandas",
  "imbalanced-learn",
  "scikit-learn-intelex",
  "faiss-cpu",
  "onnxruntime",
  "skl2onnx",
];

export interface Versions {
  readonly versions: Readonly<Record<string, string>>;
  readonly unusable: Readonly<Record<string, string>>;
}

interface Answer extends Partial<Versions> {
  readonly error?: string;
  readonly seconds?: number;
  readonly made?: number;
  readonly inertia?: number;
  readonly iterations?: number;
  readonly sum?: number;
}

/** What every comparison needs. */
export interface PeerRun {
  readonly rounds: number;
  /** Undefined when the peers are absent. */
  readonly peer: PythonPeer | undefined;
  /** Packages of Python that are there. */
  readonly packages: Readonly<Record<string, string>>;
  readonly progress: (text: string) => void;
}

/** The Python process that holds data and models of the peers, and times their calls itself (`peers/peer.py`). */
export class PythonPeer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(python: string) {
    this.#child = spawn(python, [join(PEERS, "peer.py")], { stdio: ["pipe", "pipe", "inherit"] });
    const output = this.#child.stdout;
    if (output === null) throw new Error("the Python peer has no output");
    this.#lines = createInterface({ input: output })[Symbol.asyncIterator]();
  }

  /** Versions of what is installed, and for each package that cannot be used the reason. */
  async versions(): Promise<Versions> {
    const { versions = {}, unusable = {} } = await this.#ask({ do: "versions", packages: PACKAGES });
    return { versions, unusable };
  }

  /** Reads a file of raw doubles; forgets earlier data and models. */
  async load(file: string, rows: number, cols: number, options: { columnMajor: boolean }): Promise<void> {
    await this.#ask({ do: "load", file, rows, cols, columnMajor: options.columnMajor });
  }

  /** Fits a new model on the loaded rows; seconds that it took. */
  async fit(library: Library, seed: number, options: { columnMajor: boolean }): Promise<number> {
    const { seconds } = await this.#ask({ do: "fit", library, seed, columnMajor: options.columnMajor });
    return seconds as number;
  }

  /** Scores the loaded rows with the last model of the library; seconds that it took. The scores go to a file, untimed. */
  async score(library: Library, scoresFile: string): Promise<number> {
    const { seconds } = await this.#ask({ do: "score", library, scores: scoresFile });
    return seconds as number;
  }

  /** Balances two classes, of which the first `few` rows are the smaller one, with SMOTE; seconds, and rows that come out. */
  async resample(
    library: SmoteLibrary,
    rows: { readonly file: string; readonly rows: number; readonly cols: number; readonly few: number },
    options: { readonly neighbours: number; readonly seed: number },
  ): Promise<{ readonly seconds: number; readonly made: number }> {
    const { seconds, made } = await this.#ask({ do: "resample", library, ...rows, ...options });
    return { seconds: seconds as number, made: made as number };
  }

  /** Fits or scores with the one-class SVM; seconds, and after a fit the number of support vectors. */
  async oneClassSvm(
    step: "fit" | "score",
    request: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly seconds: number; readonly made: number }> {
    const { seconds, made } = await this.#ask({ do: step === "fit" ? "svmFit" : "svmScore", ...request });
    return { seconds: seconds as number, made: made as number };
  }

  /** Runs k-means from the first k rows: seconds, and what it ended with. */
  async kmeans(request: {
    readonly file: string;
    readonly rows: number;
    readonly cols: number;
    readonly k: number;
    readonly iterations: number;
  }): Promise<{ seconds: number; inertia: number; iterations: number }> {
    const { seconds, inertia, iterations } = await this.#ask({ do: "kmeans", ...request });
    return { seconds, inertia, iterations } as { seconds: number; inertia: number; iterations: number };
  }

  /** Outlier factors of all rows, or their neighbours: seconds, and the sum of the factors or distances. */
  async neighbours(request: {
    readonly library: NeighbourLibrary;
    readonly file: string;
    readonly rows: number;
    readonly cols: number;
    readonly k: number;
  }): Promise<{ seconds: number; sum: number }> {
    const { seconds, sum } = await this.#ask({ do: "neighbours", ...request });
    return { seconds, sum } as { seconds: number; sum: number };
  }

  stop(): void {
    this.#child.stdin?.end();
  }

  async #ask(request: Record<string, unknown>): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the Python peer ended while it was asked to ${request.do}`);
    const answer = JSON.parse(value) as Answer;
    if (answer.error !== undefined) throw new Error(`${request.do}: ${answer.error}`);
    return answer;
  }
}
