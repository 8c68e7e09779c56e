/** Linearly interpolated between neighbours, as NumPy's `quantile`. */
export function quantileOfSorted(ascending: Float64Array, q: number): number {
  const place = q * (ascending.length - 1);
  const below = Math.floor(place);
  const [a, b] = [ascending[below] as number, ascending[Math.ceil(place)] as number];
  return a + (b - a) * (place - below);
}
