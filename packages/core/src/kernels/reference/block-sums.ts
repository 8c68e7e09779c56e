/** The eight sums of a block, folded by halves. */
export function foldEight(s: Float64Array): number {
  const at = (i: number) => s[i] as number;
  return at(0) + at(4) + (at(2) + at(6)) + (at(1) + at(5) + (at(3) + at(7)));
}

/**
 * Sums of the values of each block of rows: value i of a block adds to sum i mod 8, so that eight can be added at a time.
 *
 * @param value  the value of a row
 */
export function blockSums(rows: number, blockRows: number, value: (row: number) => number): Float64Array {
  const sums = new Float64Array(Math.ceil(rows / blockRows));
  const lanes = new Float64Array(8);
  for (let b = 0; b < sums.length; b++) {
    lanes.fill(0);
    const from = b * blockRows;
    const to = Math.min(rows, from + blockRows);
    for (let i = from; i < to; i++) lanes[(i - from) & 7] = (lanes[(i - from) & 7] as number) + value(i);
    sums[b] = foldEight(lanes);
  }
  return sums;
}

/** The values added one after the other. */
export function sumInOrder(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}
