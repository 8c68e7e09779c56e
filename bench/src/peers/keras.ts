import { WrongResult } from "../failures.js";
import type { PeerEntry, PeerResult } from "../record/results.js";
import type { Contestant } from "../timing/in-turn.js";
import { kernelVariants, REFERENCE, type Variant, wasmVariants } from "../variants.js";
import { KERAS_PLAN, pythonEnvironment } from "./environment.js";
import type { RatioGoal } from "./goals.js";
import { CannotRun, type PeerRun, singleThreaded } from "./peer-case.js";
import { PythonPeer } from "./python-peer.js";

/** Keras on one thread, and on as many as TensorFlow takes by itself: a process each, for it cannot change them. */
export interface Keras {
  readonly name: string;
  readonly peer: PythonPeer;
  /** What TensorFlow is told. */
  readonly threads?: number;
}

/** Runs a case with Keras beside it, in an environment of its own; without it where the peers are left out. */
export async function withKeras(
  given: PeerRun,
  run: (keras: readonly Keras[]) => Promise<PeerResult[]>,
): Promise<PeerResult[]> {
  if (given.peer === undefined) return run([]);
  const found = pythonEnvironment(given.progress, KERAS_PLAN);
  if ("absent" in found) throw new CannotRun(`Keras: ${found.absent}`);
  const keras: Keras[] = [
    { name: "Keras", peer: new PythonPeer(found.python), threads: 1 },
    { name: "Keras, its own threads", peer: new PythonPeer(found.python) },
  ];
  try {
    return await run(keras);
  } finally {
    for (const { peer } of keras) peer.stop();
  }
}

/** Every instruction set on one thread, and the fastest on all. */
function ours(): Variant[] {
  const single = singleThreaded();
  const all = kernelVariants().filter(({ isa, threads }) => threads > 1 && isa === single[0]?.isa);
  return [...single, ...all];
}

/** The part of the work that is given to a contestant who would take minutes for all of it. */
export interface Shares {
  readonly wasm: number;
  readonly javascript: number;
}

/** Networks in WebAssembly, and in plain TypeScript: what runs without the C++ kernels. */
const withoutAddon = (): Variant[] => [...wasmVariants(), REFERENCE];

const shareOf = ({ isa }: Variant, { wasm, javascript }: Shares) =>
  isa === "wasm" ? wasm : isa === REFERENCE.isa ? javascript : 1;

/**
 * A contestant for each of {@link ours} and what runs without the C++ kernels, and one for each Keras.
 *
 * @param telltale  does a share of the work
 */
export function contestantsOf(
  keras: readonly Keras[],
  telltale: (variant: Variant, share: number) => () => number | Promise<number>,
  theirs: (keras: Keras) => () => Promise<number>,
  shares: Shares = { wasm: 1, javascript: 1 },
): Contestant[] {
  const native = ours().filter(({ isa }) => isa !== REFERENCE.isa);
  return [
    ...[...native, ...withoutAddon()].map((variant) => ({
      name: nameOf(variant),
      run: telltale(variant, shareOf(variant, shares)),
    })),
    ...keras.map((each) => ({ name: each.name, run: theirs(each) })),
  ];
}

/** The work of the contestants that are given a part of it. */
export function sharedWork(contestant: string, work: number, shares: Shares): Partial<PeerEntry> {
  const variant = withoutAddon().find((each) => nameOf(each) === contestant);
  return variant === undefined ? {} : { work: work * shareOf(variant, shares) };
}

const nameOf = ({ isa, threads }: Variant) => `telltale ${isa}${threads === 1 ? "" : `, ${threads} threads`}`;

/** Gives every Keras its network and data, and learns which version it is. */
export async function setUp(
  keras: readonly Keras[],
  network: string,
  asked: object,
): Promise<(contestant: string) => Partial<PeerEntry>> {
  const libraries = new Map<string, string>();
  for (const { name, peer, threads } of keras) {
    const { version } = await peer.ask<{ version: string }>(`keras_networks.${network}`, { ...asked, threads });
    libraries.set(name, `tensorflow-cpu ${version}`);
  }
  return (contestant) => {
    const library = libraries.get(contestant);
    return library === undefined ? {} : { library };
  };
}

/** Of one thread beside one thread, and of all beside as many as TensorFlow takes. */
export function goalsBesideKeras(atLeast: number): RatioGoal[] {
  return ours()
    .filter(({ isa }) => isa !== REFERENCE.isa && isa !== "scalar")
    .map((variant) => ({
      ...{ ours: nameOf(variant), atLeast },
      theirs: variant.threads === 1 ? "Keras" : "Keras, its own threads",
    }));
}

/** @throws {@link WrongResult} when a training did not come down to what its first epoch should reach */
export function checkLoss(name: string, who: string, loss: number | undefined, most: number): void {
  if (loss !== undefined && loss < most) return;
  throw new WrongResult(`${name}: the loss of ${who} is ${loss}; expected it below ${most}`);
}

/**
 * Seconds that scoring takes.
 *
 * @throws {@link WrongResult} when a score is no number
 */
export function timeScores(name: string, who: string, score: () => Float64Array): number {
  const start = performance.now();
  const found = score();
  const seconds = (performance.now() - start) / 1000;
  if (!found.every(Number.isFinite)) throw new WrongResult(`${name}: a score of ${who} is no number`);
  return seconds;
}
