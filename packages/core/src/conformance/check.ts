/** A case of the suite that does not hold. */
class ConformanceError extends Error {
  override readonly name = "ConformanceError";
}

/** Fails the case unless the condition holds. */
export function check(condition: boolean, text: string): asserts condition {
  if (!condition) throw new ConformanceError(text);
}

/** Fails unless both arrays have the same length and bits; says where they first differ. */
export function checkSame(found: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  check(found.length === expected.length, `${what}: expected ${expected.length} values; found ${found.length}`);
  for (let i = 0; i < found.length; i++) {
    if (Object.is(found[i], expected[i])) continue;
    throw new ConformanceError(`${what}: value ${i} is ${found[i]}; expected ${expected[i]}`);
  }
}

/** Fails unless `body` throws, or rejects with, an error of that class and one of these codes; returns the error. */
export async function checkThrows(
  body: () => unknown,
  type: new (...args: never[]) => Error,
  codes: readonly string[],
  what: string,
): Promise<Error> {
  try {
    await body();
  } catch (error) {
    const shown = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    check(error instanceof type, `${what}: expected ${type.name}; found ${shown}`);
    const { code } = error as { code?: string };
    check(codes.includes(code ?? ""), `${what}: expected code ${codes.join(" or ")}; found ${code} (${shown})`);
    return error;
  }
  throw new ConformanceError(`${what}: expected ${type.name}; nothing was thrown`);
}

/** Fails unless every value is a finite number. */
export function checkFinite(values: Float64Array, length: number, what: string): void {
  check(values instanceof Float64Array, `${what}: expected a Float64Array`);
  check(values.length === length, `${what}: expected ${length} values; found ${values.length}`);
  const bad = values.findIndex((v) => !Number.isFinite(v));
  check(bad < 0, `${what}: value ${bad} is ${values[bad]}`);
}
