import { type Timing, timingOf } from "./statistics.js";

/** One of those that are compared: does its work once and says how many seconds that took. */
export interface Contestant {
  readonly name: string;
  run(): number | Promise<number>;
}

/**
 * Times contestants in turn: every round runs each of them once, and the next round starts with another one. So a slow
 * minute of the machine falls on all of them, and nobody always runs right after the same neighbour. A first, untimed
 * round warms up caches, pages and compilers.
 *
 * @param rounds  timed rounds, ≥ 1
 * @param onRound  told before each round; round 0 is the warm-up
 * @returns by name, in the order given
 */
export async function timeInTurn(
  contestants: readonly Contestant[],
  rounds: number,
  onRound: (round: number) => void = () => {},
): Promise<Map<string, Timing>> {
  const seconds = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  if (seconds.size !== contestants.length) throw new Error("two contestants have the same name");
  for (let round = 0; round <= rounds; round++) {
    onRound(round);
    for (let i = 0; i < contestants.length; i++) {
      const contestant = contestants[(i + round) % contestants.length] as Contestant;
      const taken = await contestant.run();
      if (round > 0) seconds.get(contestant.name)?.push(taken);
    }
  }
  return new Map([...seconds].map(([name, sample]) => [name, timingOf(sample)]));
}
