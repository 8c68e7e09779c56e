import type { SingleBar } from "cli-progress";
import type { Session } from "../session.js";
import { count, duration, percent } from "./numbers.js";
import { printable } from "./printable.js";

/** What takes less time than this gets no bar. */
const PATIENCE_MS = 1000;
const REDRAW_MS = 100;

/**
 * A progress bar on standard error: only on a terminal, unless `--quiet`, and only once the work has taken a second.
 */
export class Progress {
  readonly #shown: boolean;
  readonly #task: string;
  readonly #eta: boolean;
  readonly #started = performance.now();
  #drawn = 0;
  /** The share that was told first, and when: what goes on from a checkpoint has done a part before. */
  #first: { readonly share: number; readonly at: number } | undefined;
  #bar: SingleBar | "loading" | undefined;
  #ended = false;

  /** @param options  `eta`: say how long it will take, for work that lasts minutes */
  constructor(session: Session, task: string, options: { readonly eta?: boolean } = {}) {
    // Both streams on one terminal: a bar between rows of results would spoil them.
    this.#shown = !session.quiet && !session.json && session.stderr.isTTY === true && session.stderr === process.stderr;
    this.#task = task;
    this.#eta = options.eta === true;
  }

  /**
   * @param done  0 … 1, or undefined when the end is not known
   * @param doing  what is being done at the moment
   */
  to(done: number | undefined, rows?: number, doing = ""): void {
    if (!this.#shown || this.#ended) return;
    const now = performance.now();
    if (done !== undefined) this.#first ??= { share: done, at: now };
    if (now - this.#started < PATIENCE_MS || now - this.#drawn < REDRAW_MS) return;
    this.#drawn = now;
    if (this.#bar === undefined) this.#load();
    if (this.#bar === undefined || this.#bar === "loading") return;
    const share = Math.min(1, done ?? 0);
    this.#bar.update(share, {
      share: done === undefined ? "" : percent(share),
      rows: rows === undefined ? "" : count(rows, "row"),
      doing: printable(doing),
      left: this.#eta ? this.#left(share, now) : "",
    });
  }

  #left(share: number, now: number): string {
    const first = this.#first;
    if (first === undefined || share <= first.share) return "";
    return `${duration((((now - first.at) / 1000) * (1 - share)) / (share - first.share))} left`;
  }

  /** Wipes the bar. */
  end(): void {
    this.#ended = true;
    if (this.#bar !== undefined && this.#bar !== "loading") this.#bar.stop();
    this.#bar = undefined;
  }

  #load(): void {
    this.#bar = "loading";
    import("cli-progress").then(({ default: { SingleBar, Presets } }) => {
      if (this.#ended) return;
      const bar = new SingleBar(
        {
          format: `${this.#task} {bar} {share} {rows} {left} {doing}`,
          stream: process.stderr,
          clearOnComplete: true,
          hideCursor: true,
          gracefulExit: false,
          barsize: 30,
        },
        Presets.shades_classic,
      );
      bar.start(1, 0, { share: "", rows: "", doing: "", left: "" });
      this.#bar = bar;
    });
  }
}
