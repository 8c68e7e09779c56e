import { type FittedPipeline, type FittedThreshold, flagScored } from "@telltale/core";
import type { Source } from "@telltale/data";
import { Decisions } from "./decisions.js";
import { type ScoredRows, type ScoringOptions, scoredRows } from "./scored-rows.js";

/** Consecutive rows of one file with their scores and flags. */
export interface DecidedRows extends ScoredRows {
  readonly flags: Uint8Array;
}

/**
 * Scores all rows of a source and decides about them: chunk by chunk in bounded memory, or with a threshold that decides
 * about all rows together once all are there.
 */
export async function* decidedRows(
  model: FittedPipeline,
  threshold: FittedThreshold,
  source: Source,
  options: ScoringOptions,
): AsyncGenerator<DecidedRows, void, undefined> {
  if (threshold.scope !== "batch") {
    const decisions = new Decisions(threshold);
    for await (const rows of scoredRows(model, source, options)) {
      yield { ...rows, flags: decisions.next(rows.scores, rows.firstRow) };
    }
    return;
  }
  const held: ScoredRows[] = [];
  let total = 0;
  for await (const rows of scoredRows(model, source, options)) {
    held.push(kept(rows));
    total += rows.rows;
  }
  const scores = new Float64Array(total);
  let at = 0;
  for (const rows of held) {
    scores.set(rows.scores, at);
    at += rows.rows;
  }
  const flags = flagScored(scores, (scored) => threshold.apply(scored));
  at = 0;
  for (const rows of held) {
    yield { ...rows, flags: flags.subarray(at, at + rows.rows) };
    at += rows.rows;
  }
}

/** Rows whose arrays no later chunk is read into. */
function kept(rows: ScoredRows): ScoredRows {
  const { time, contributions } = rows;
  return {
    ...rows,
    scores: rows.scores.slice(),
    time: time === undefined ? undefined : ({ ...time, values: time.values.slice() } as typeof time),
    contributions: contributions === undefined ? undefined : { ...contributions, data: contributions.data.slice() },
  };
}
