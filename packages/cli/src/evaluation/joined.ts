/** One array of all parts. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  return fill(new Float64Array(total(parts)), parts);
}

/** One array of all parts. */
export function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  return fill(new Uint8Array(total(parts)), parts);
}

function total(parts: readonly { readonly length: number }[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function fill<T extends Float64Array | Uint8Array>(all: T, parts: readonly T[]): T {
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
