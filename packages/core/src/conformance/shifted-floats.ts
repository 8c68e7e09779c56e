/** Numbers in a view that does not begin where its buffer does. */
export function shiftedFloats(length: number, next: () => number): Float32Array {
  const values = new Float32Array(length + 3).subarray(3);
  for (let i = 0; i < length; i++) values[i] = next();
  return values;
}
