/** Neighbours that the view by distance looks at: a tenth of the training rows, within these bounds. */
const LEAST_NEIGHBOURS = 50;
const MOST_NEIGHBOURS = 200;

/** The detectors that `auto` combines, as texts, for so many training rows and columns. */
export function membersFor(rows: number, cols: number, mode: "full" | "fast"): string {
  if (mode === "fast") return "isolation-forest:trees=100";
  const tenth = Math.round(rows / 10);
  const k = Math.min(rows - 1, Math.max(LEAST_NEIGHBOURS, Math.min(MOST_NEIGHBOURS, tenth)));
  // A split of two columns at a time needs two.
  const forest = `isolation-forest:trees=200,ndim=${Math.min(2, cols)}`;
  return `knn:k=${k},metric=manhattan,aggregate=mean ${forest}`;
}
