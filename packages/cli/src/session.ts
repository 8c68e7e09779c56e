import pc from "picocolors";
import { printable } from "./output/printable.js";

/** Where text goes; a part of what a stream offers. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface SessionOptions {
  readonly stdout?: Output;
  readonly stderr?: Output;
  /** Aborting ends the command; what it was writing is taken back. */
  readonly signal?: AbortSignal;
}

/** What a command talks to: results on standard output, everything else on standard error. */
export class Session {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly signal: AbortSignal;
  /** No messages: results and errors alone. */
  quiet = false;
  /** A program reads: results and errors are JSON. */
  json = false;
  /** What {@link warn} was told so far. */
  readonly warnings: string[] = [];

  constructor(options: SessionOptions = {}) {
    this.stdout = options.stdout ?? process.stdout;
    this.stderr = options.stderr ?? process.stderr;
    this.signal = options.signal ?? new AbortController().signal;
  }

  /** A result, on standard output. */
  print(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  /** A result that a program reads. */
  printJson(value: unknown): void {
    this.print(JSON.stringify(value, null, 2));
  }

  /** A message to the person who waits, on standard error; a program gets none. */
  say(text: string): void {
    if (!this.quiet && !this.json) this.stderr.write(`${printable(text)}\n`);
  }

  /** Something that may not be as the user thinks; a program finds it among the `warnings` of the result. */
  warn(text: string): void {
    this.warnings.push(text);
    this.say(`telltale: warning: ${text}`);
  }

  /** Text in bold, on a terminal. */
  bold(text: string): string {
    return pc.createColors(pc.isColorSupported && this.stdout.isTTY === true).bold(text);
  }
}
