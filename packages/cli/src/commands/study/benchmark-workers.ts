import { Worker } from "node:worker_threads";
import type { Elsewhere } from "@telltale/compare";
import { TelltaleError } from "@telltale/core";

/** What a thread of a benchmark is told when it begins. */
export interface WorkerTask {
  readonly suite: string;
  readonly folder: string;
  /** As for the suite; without what cannot be sent to a thread. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly kernels: "native" | "wasm" | "js";
}

/** A question to a thread, and its answer. */
export interface WorkerQuestion {
  readonly id: number;
  readonly entry: number;
  readonly part: number;
}
export type WorkerAnswer = { readonly id: number } & (
  | { readonly value: unknown }
  | { readonly error: { readonly code: string; readonly message: string } }
);

interface Question extends WorkerQuestion {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Threads that decide about parts of a benchmark: each takes the next question when it has answered the one before. */
export class BenchmarkWorkers implements Elsewhere {
  readonly #task: WorkerTask;
  readonly #count: number;
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #questions: Question[] = [];
  readonly #asked = new Map<Worker, Question>();
  #next = 0;
  #failure: unknown;
  #ended = false;

  constructor(task: WorkerTask, count: number) {
    this.#task = task;
    this.#count = count;
  }

  decide(entry: number, part: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      // Not before something is asked: a folder without the files is refused sooner than a thread starts.
      if (this.#workers.length === 0) this.#start();
      this.#questions.push({ id: this.#next++, entry, part, resolve, reject });
      this.#ask();
    });
  }

  /** Ends the threads; what is still asked is not answered. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#questions.length = 0;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #start(): void {
    for (let i = 0; i < this.#count; i++) {
      const worker = new Worker(new URL("./benchmark-worker.js", import.meta.url), { workerData: this.#task });
      worker.on("message", (answer: WorkerAnswer) => this.#answered(worker, answer));
      worker.on("error", (error) => this.#fail(error));
      // Whoever waits for an answer would wait for ever.
      worker.on("exit", () => {
        if (!this.#ended)
          this.#fail(new TelltaleError("UNEXPECTED", "a thread of the benchmark ended before its work"));
      });
      this.#workers.push(worker);
      this.#idle.push(worker);
    }
  }

  #ask(): void {
    while (this.#idle.length > 0 && this.#questions.length > 0) {
      const worker = this.#idle.pop() as Worker;
      const question = this.#questions.shift() as Question;
      this.#asked.set(worker, question);
      const { id, entry, part } = question;
      worker.postMessage({ id, entry, part } satisfies WorkerQuestion);
    }
  }

  #answered(worker: Worker, answer: WorkerAnswer): void {
    const question = this.#asked.get(worker);
    this.#asked.delete(worker);
    this.#idle.push(worker);
    if ("error" in answer) question?.reject(new TelltaleError(answer.error.code, answer.error.message));
    else question?.resolve(answer.value);
    this.#ask();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const question of [...this.#asked.values(), ...this.#questions]) question.reject(error);
    this.#questions.length = 0;
    this.#asked.clear();
  }
}
