/** (−1)^k (2π)^(2k+1) / (2k+1)!, highest first: on a quarter turn the remainder is below 2^-50. */
const SINE_COEFFICIENTS: readonly number[] = coefficients(10);

function coefficients(terms: number): number[] {
  const turn = 6.283185307179586;
  const found = [turn];
  for (let k = 1; k < terms; k++) {
    found.unshift((-(found[0] as number) * turn * turn) / (2 * k * (2 * k + 1)));
  }
  return found;
}

/** sin(2π · turns), with + − × ÷ alone, so that every engine gives the same bits; `Math.sin` does not. */
export function wave(turns: number): number {
  let x = turns - Math.floor(turns + 0.5); // −½ … ½
  if (x > 0.25) x = 0.5 - x;
  else if (x < -0.25) x = -0.5 - x;
  let sum = 0;
  for (const coefficient of SINE_COEFFICIENTS) sum = sum * x * x + coefficient;
  return sum * x;
}
