/**
 * Indices of values that stand for all of them in a drawing: of each stretch of the series its least and its greatest
 * value, in order, so that no spike is lost, with the first and the last one.
 *
 * @param most  indices to give at most, at least 4; a shorter series is kept whole
 */
export function spikes(values: ArrayLike<number>, most: number): number[] {
  const { length } = values;
  if (length <= most) return Array.from({ length }, (_, i) => i);
  const stretches = Math.max(1, Math.floor((most - 2) / 2));
  const kept = [0];
  const add = (index: number) => {
    if (index > (kept[kept.length - 1] as number)) kept.push(index);
  };
  for (let s = 0; s < stretches; s++) {
    const from = Math.floor((s * length) / stretches);
    const to = Math.floor(((s + 1) * length) / stretches);
    let [low, high] = [from, from];
    for (let i = from; i < to; i++) {
      const v = values[i] as number;
      if (v < (values[low] as number) || Number.isNaN(values[low])) low = i;
      if (v > (values[high] as number) || Number.isNaN(values[high])) high = i;
    }
    add(Math.min(low, high));
    add(Math.max(low, high));
  }
  add(length - 1);
  return kept;
}
