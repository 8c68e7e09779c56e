/** How `auto` looks at a table: everything that differs between its modes. */
interface Views {
  /** Rows that the view by distance keeps, at most. */
  readonly kept: number;
  /** Of these a tenth are a row's neighbours, within these bounds. */
  readonly leastNeighbours: number;
  readonly mostNeighbours: number;
  /** Trees that score by density, and trees of SCiForest. */
  readonly densityTrees: number;
  readonly sciTrees: number;
}

const VIEWS: Readonly<Record<"full" | "fast", Views>> = {
  full: { kept: 2000, leastNeighbours: 50, mostNeighbours: 200, densityTrees: 200, sciTrees: 100 },
  fast: { kept: 256, leastNeighbours: 10, mostNeighbours: 26, densityTrees: 40, sciTrees: 8 },
};

/** The detectors that `auto` combines, as texts, for so many training rows and columns. */
export function membersFor(rows: number, cols: number, mode: "full" | "fast"): string {
  const { kept, leastNeighbours, mostNeighbours, densityTrees, sciTrees } = VIEWS[mode];
  const among = Math.min(rows, kept);
  const k = Math.min(among - 1, Math.max(leastNeighbours, Math.min(mostNeighbours, Math.round(among / 10))));
  const samples = rows > kept ? `,samples=${kept}` : "";
  // A split of two columns at a time needs two.
  const ndim = Math.min(2, cols);
  return [
    `knn:k=${k},aggregate=mean,metric=manhattan${samples}`,
    `isolation-forest:trees=${densityTrees},ndim=${ndim},pooledGain=0.25,standardize=true,scoring=density`,
    `sci-forest:trees=${sciTrees}`,
  ].join(" ");
}
