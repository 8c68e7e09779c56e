import type { KernelResult } from "./record/results.js";

/** Instruction sets of one family of machines, each including the ones before. */
const OLDER_TO_NEWER: readonly (readonly string[])[] = [
  ["scalar", "avx2", "avx512"],
  ["scalar", "neon"],
];

/** Slower by less than this factor is noise. */
const NOISE = 1.1;

/**
 * Where a newer instruction set takes longer than an older one, on the same kernel and shape: each a defect, since the
 * dispatch prefers the newer. What is compared is one thread and its fastest sample, which other load disturbs least.
 */
export function slowerOnNewer(results: readonly KernelResult[]): string[] {
  const defects: string[] = [];
  for (const { kernel, variant, shape, entries } of results) {
    const single = entries.filter(({ threads }) => threads === 1);
    for (const newer of single) {
      const chain = OLDER_TO_NEWER.find((isas) => isas.includes(newer.isa));
      for (const isa of chain?.slice(0, chain.indexOf(newer.isa)) ?? []) {
        const older = single.find((entry) => entry.isa === isa);
        if (older === undefined || newer.seconds.fastest <= older.seconds.fastest * NOISE) continue;
        const times = (newer.seconds.fastest / older.seconds.fastest).toFixed(2);
        defects.push(`${kernel}, ${variant}, ${shape}: ${newer.isa} takes ${times} times as long as ${isa}`);
      }
    }
  }
  return defects;
}
