import type { Control, MaybePromise } from "../kernels/kernels.js";

/**
 * A computation written once for both forms: it yields what may be a promise and gets the value back. `runNow` needs all
 * of them to be values, `runSoon` awaits each.
 */
export type Work<T> = Generator<MaybePromise<unknown>, T, unknown>;

/** Waits, inside a {@link Work}, for a value that may be promised. */
export function* wait<T>(value: MaybePromise<T>): Generator<MaybePromise<unknown>, T, unknown> {
  return (yield value) as T;
}

/** Runs to the end before it returns. */
export function runNow<T>(work: Work<T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next(step.value);
  return step.value;
}

/** Runs as a promise; rejects with the signal's reason when aborted. */
export async function runSoon<T>(work: Work<T>, control: Control): Promise<T> {
  control.signal?.throwIfAborted();
  let step = work.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = await step.value;
      control.signal?.throwIfAborted();
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(value);
  }
  return step.value;
}

/** The part `from … to` of a control's progress, so that several calls in turn tell one progress. */
export function partOf(control: Control, from: number, to: number): Control {
  const { signal, progress, note } = control;
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(note === undefined ? {} : { note }),
    ...(progress === undefined ? {} : { progress: (done: number) => progress(from + (to - from) * done) }),
  };
}
