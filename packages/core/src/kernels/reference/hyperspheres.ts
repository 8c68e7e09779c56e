import type { HypersphereScoreArgs } from "../hyperspheres.js";

/** Scores rows by the smallest sphere of each set that they lie in: the specification of the kernel. */
export function hypersphereScore(args: HypersphereScoreArgs): void {
  const { sets, spheres, centres, radii, values, x, rows, cols, scores } = args;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let set = 0; set < sets; set++) {
      let value = 1;
      for (let sphere = set * spheres; sphere < (set + 1) * spheres; sphere++) {
        let squares = 0;
        for (let j = 0; j < cols; j++) {
          const t = (x[i * cols + j] as number) - (centres[sphere * cols + j] as number);
          squares += t * t;
        }
        if (squares > (radii[sphere] as number)) continue;
        value = values[sphere] as number;
        break;
      }
      sum += value;
    }
    scores[i] = sum / sets;
  }
}
