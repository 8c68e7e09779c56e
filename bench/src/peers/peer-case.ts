import type { PeerEntry, PeerResult } from "../record/results.js";
import { type Contestant, timeInTurn } from "../timing/in-turn.js";
import type { Timing } from "../timing/statistics.js";
import { kernelVariants, REFERENCE, type Variant } from "../variants.js";
import { judgeGoals, type RatioGoal } from "./goals.js";
import type { PythonPeer } from "./python-peer.js";

/** What every comparison is given. */
export interface PeerRun {
  /** Timed rounds; a case of short calls takes several times as many. */
  readonly rounds: number;
  /** Most rows, for a quick look; only cases that can do with fewer look at it. */
  readonly mostRows: number;
  /** Also measure what takes minutes. */
  readonly long: boolean;
  /** Undefined when the peers are absent. */
  readonly peer: PythonPeer | undefined;
  /** The Python that has the peers, for cases that start processes of their own. */
  readonly python: string | undefined;
  /** Packages of Python that are there and work. */
  readonly packages: ReadonlySet<string>;
  readonly progress: (text: string) => void;
}

/** Comparisons that belong together, such as fitting and scoring with the same models. */
export interface PeerCase {
  /** A name for each result, in their order. */
  readonly names: readonly string[];
  run(run: PeerRun): Promise<PeerResult[]>;
}

/** A comparison that cannot run here; the others go on. */
export class CannotRun extends Error {}

/** Every instruction set on one thread; the reference when there is nothing else. */
export function singleThreaded(): Variant[] {
  const native = kernelVariants().filter(({ threads, isa }) => threads === 1 && isa !== REFERENCE.isa);
  return native.length === 0 ? [REFERENCE] : native;
}

/** Times contestants in turn and judges the goals. */
export async function compare(
  result: Pick<PeerResult, "name" | "task" | "unit" | "work">,
  contestants: readonly Contestant[],
  goals: readonly RatioGoal[],
  { rounds, progress }: Pick<PeerRun, "rounds" | "progress">,
  about: (contestant: string) => Partial<PeerEntry> = () => ({}),
): Promise<PeerResult> {
  const timings = await timeInTurn(contestants, rounds, (round) =>
    progress(`${result.name}: ${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}`),
  );
  const entries = contestants.map(
    ({ name }): PeerEntry => ({ contestant: name, seconds: timings.get(name) as Timing, ...about(name) }),
  );
  return { ...result, entries, goals: judgeGoals(goals, entries) };
}
