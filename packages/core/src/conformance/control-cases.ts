import { check, checkFinite } from "./check.js";
import type { Cases } from "./subject.js";

/** How long calls are watched and stopped. */
export const controlCases: Cases = {
  async "rejects with the signal's reason when aborted before it begins"(subject) {
    const x = subject.rows();
    const reason = new Error("stopped");
    const signal = AbortSignal.abort(reason);
    await rejectsWith(subject.fitSoon(x, { signal }), reason, "fit");
    const model = subject.fit(x);
    await rejectsWith(model.score(x, { signal, kernels: subject.kernels }), reason, "score");
    checkFinite(subject.score(model, x), x.rows, "scores afterwards");
  },

  async "rejects with the signal's reason when aborted under way"(subject) {
    const x = subject.manyRows();
    const reason = new Error("stopped");
    const fitting = new AbortController();
    const fit = subject.fitSoon(x, { signal: fitting.signal });
    fitting.abort(reason);
    await rejectsWith(fit, reason, "fit");
    const model = subject.fit(x);
    const scoring = new AbortController();
    const score = model.score(x, { signal: scoring.signal, kernels: subject.kernels });
    scoring.abort(reason);
    await rejectsWith(score, reason, "score");
  },

  async "tells a progress that only grows, to 1"(subject) {
    const x = subject.manyRows();
    const told: number[] = [];
    const progress = (done: number) => told.push(done);
    const model = await subject.fitSoon(x, { progress });
    growsToOne(told, "fit");
    told.length = 0;
    await model.score(x, { progress, kernels: subject.kernels });
    growsToOne(told, "score");
  },

  async "does several calls at the same time"(subject) {
    const x = subject.manyRows();
    const model = subject.fit(x);
    const alone = subject.score(model, x);
    const options = { kernels: subject.kernels };
    const all = await Promise.all([model.score(x, options), model.score(x, options), subject.fitSoon(x, {})]);
    for (const scores of all.slice(0, 2) as Float64Array[]) {
      check(
        scores.every((score, i) => Object.is(score, alone[i])),
        "scores differ when calls overlap",
      );
    }
  },
};

async function rejectsWith(promise: Promise<unknown>, reason: Error, what: string): Promise<void> {
  try {
    await promise;
  } catch (error) {
    check(error === reason, `${what}: rejected with ${String(error)}; expected the signal's reason`);
    return;
  }
  check(false, `${what}: did not reject`);
}

function growsToOne(told: readonly number[], what: string): void {
  check(told.length > 0, `${what}: no progress was told`);
  told.forEach((done, i) => {
    check(done >= 0 && done <= 1 && done >= (told[i - 1] ?? 0), `${what}: progress is ${told.join(", ")}`);
  });
  check(told[told.length - 1] === 1, `${what}: progress ends at ${told[told.length - 1]}`);
}
