import { expect } from "vitest";

/** Fails where any number has other bits; a NaN is a NaN. */
export function expectBits(what: string, found: Float32Array | Float64Array, expected: Float32Array | Float64Array) {
  expect(found.length, what).toBe(expected.length);
  const at = expected.findIndex((v, i) => !Object.is(v, found[i]));
  if (at >= 0) expect.fail(`${what}: element ${at} is ${found[at]}, in the reference ${expected[at]}`);
}
