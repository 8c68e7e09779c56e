import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ParamError } from "../../errors.js";
import * as d from "./index.js";

interface Case {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly x: readonly number[];
  readonly cdf: readonly number[];
  readonly survival: readonly number[];
  readonly quantile: readonly (number | null)[];
  readonly upperQuantile: readonly (number | null)[];
}

interface Golden {
  readonly p: readonly number[];
  readonly cases: readonly Case[];
  readonly studentizedRange: readonly {
    readonly groups: number;
    readonly q: readonly number[];
    readonly cdf: readonly number[];
    readonly p: readonly number[];
    readonly quantile: readonly number[];
  }[];
  readonly logGamma: readonly (readonly [number, number])[];
  readonly exp: readonly (readonly [number, number])[];
  readonly log1p: readonly (readonly [number, number])[];
}

const golden = JSON.parse(readFileSync(new URL("golden.json", import.meta.url), "utf8")) as Golden;

function expectRelative(found: number, expected: number, tolerance: number, what: string): void {
  if (found === expected) return;
  const error = Math.abs(found - expected) / Math.abs(expected);
  if (!(error <= tolerance)) expect.fail(`${what}: expected ${expected}; found ${found}, off by ${error}`);
}

interface Functions {
  cdf(x: number, ...parameters: number[]): number;
  survival?(x: number, ...parameters: number[]): number;
  quantile(p: number, parameters: readonly number[], upper: boolean): number;
}

const functions: Record<string, Functions> = {
  normal: { cdf: d.normalCdf, survival: d.normalSurvival, quantile: (p, _, upper) => d.normalQuantile(p, upper) },
  "chi-squared": {
    cdf: d.chiSquaredCdf as Functions["cdf"],
    survival: d.chiSquaredSurvival as Functions["cdf"],
    quantile: (p, [k], upper) => d.chiSquaredQuantile(p, k as number, upper),
  },
  gamma: {
    cdf: d.gammaCdf as Functions["cdf"],
    survival: d.gammaSurvival as Functions["cdf"],
    quantile: (p, [a, scale], upper) => d.gammaQuantile(p, a as number, scale, upper),
  },
  beta: {
    cdf: d.betaCdf as Functions["cdf"],
    survival: d.betaSurvival as Functions["cdf"],
    quantile: (p, [a, b], upper) => d.betaQuantile(p, a as number, b as number, upper),
  },
  f: {
    cdf: d.fCdf as Functions["cdf"],
    survival: d.fSurvival as Functions["cdf"],
    quantile: (p, [a, b], upper) => d.fQuantile(p, a as number, b as number, upper),
  },
  student: {
    cdf: d.studentCdf as Functions["cdf"],
    quantile: (p, [k], upper) => (upper ? -1 : 1) * d.studentQuantile(p, k as number),
  },
};

describe("distributions and SciPy", () => {
  it.each(golden.cases.map((each) => [`${each.name}(${each.parameters.join(", ")})`, each] as const))(
    "%s: distribution function, its complement and both quantiles",
    (_, { name, parameters, x, cdf, survival, quantile, upperQuantile }) => {
      const own = functions[name] as Functions;
      for (const [i, at] of x.entries()) {
        expectRelative(own.cdf(at, ...parameters), cdf[i] as number, 1e-10, `cdf at ${at}`);
        const upper = own.survival?.(at, ...parameters);
        // A point next to the upper end of the line is itself rounded, and its tail with it.
        if (upper !== undefined && !(name === "beta" && at > 0.9)) {
          expectRelative(upper, survival[i] as number, 1e-10, `survival at ${at}`);
        }
      }
      for (const [i, p] of golden.p.entries()) {
        for (const [upper, expected] of [
          [false, quantile[i]],
          [true, upperQuantile[i]],
        ] as const) {
          if (typeof expected !== "number") continue; // SciPy gives up
          expectRelative(
            own.quantile(p, parameters, upper),
            expected,
            1e-10,
            `${upper ? "upper " : ""}quantile of ${p}`,
          );
        }
      }
    },
  );

  it("has the studentized range", () => {
    for (const { groups, q, cdf, p, quantile } of golden.studentizedRange) {
      for (const [i, at] of q.entries()) {
        expect(Math.abs(d.studentizedRangeCdf(at, groups) - (cdf[i] as number))).toBeLessThan(1e-10);
        expect(d.studentizedRangeCdf(at, groups) + d.studentizedRangeSurvival(at, groups)).toBeCloseTo(1, 13);
      }
      for (const [i, probability] of p.entries()) {
        expectRelative(d.studentizedRangeQuantile(probability, groups), quantile[i] as number, 1e-8, `${probability}`);
      }
    }
    expect([d.studentizedRangeQuantile(0, 3), d.studentizedRangeQuantile(1, 3)]).toEqual([0, Infinity]);
    expect([d.studentizedRangeCdf(-1, 3), d.studentizedRangeSurvival(0, 3)]).toEqual([0, 1]);
    for (const groups of [1, 2.5, 1001, Number.NaN]) expect(() => d.studentizedRangeCdf(1, groups)).toThrow(ParamError);
  });

  it("has the functions that these are made of", () => {
    for (const [x, y] of golden.logGamma) {
      expect(Math.abs(d.logGamma(x) - y)).toBeLessThanOrEqual(2e-14 * Math.max(1, Math.abs(y)));
    }
    for (const [x, y] of golden.exp) expectRelative(d.exp(x), y, 1e-15, `exp ${x}`);
    for (const [x, y] of golden.log1p) expectRelative(d.log1p(x), y, 1e-15, `log1p ${x}`);
  });
});

describe("distributions at the edges", () => {
  it("end where their values do", () => {
    expect([d.chiSquaredQuantile(0, 3), d.chiSquaredQuantile(1, 3)]).toEqual([0, Number.POSITIVE_INFINITY]);
    expect([d.chiSquaredQuantile(0, 3, true), d.fQuantile(0, 3, 4, true)]).toEqual([Infinity, Infinity]);
    expect([d.betaQuantile(0, 2, 3), d.betaQuantile(1, 2, 3), d.betaQuantile(1, 2, 3, true)]).toEqual([0, 1, 0]);
    expect([d.normalQuantile(0), d.normalQuantile(1), d.normalQuantile(0, true)]).toEqual([
      -Infinity,
      Infinity,
      Infinity,
    ]);
    expect([d.normalQuantile(0.5), d.studentQuantile(0.5, 3)]).toEqual([0, 0]);
    expect([d.gammaCdf(-1, 2), d.gammaCdf(0, 2), d.gammaCdf(Infinity, 2), d.gammaSurvival(-1, 2)]).toEqual([
      0, 0, 1, 1,
    ]);
    expect([d.betaCdf(-1, 2, 2), d.betaCdf(2, 2, 2), d.fCdf(0, 1, 1), d.fSurvival(Infinity, 1, 1)]).toEqual([
      0, 1, 0, 0,
    ]);
    expect([d.normalCdf(-Infinity), d.normalCdf(Infinity), d.normalCdf(0)]).toEqual([0, 1, 0.5]);
    expect([d.exp(-1000), d.exp(1000), d.exp(0)]).toEqual([0, Infinity, 1]);
    expect(d.log1p(-1)).toBe(-Infinity);
  });

  it("let NaN through", () => {
    for (const value of [d.normalCdf(NaN), d.gammaCdf(NaN, 1), d.betaCdf(NaN, 1, 1), d.fCdf(NaN, 1, 1), d.exp(NaN)]) {
      expect(value).toBeNaN();
    }
  });

  it.each([
    ["a probability below 0", () => d.normalQuantile(-0.1)],
    ["a probability above 1", () => d.chiSquaredQuantile(1.1, 2)],
    ["no probability", () => d.fQuantile(Number.NaN, 2, 2)],
    ["no degrees of freedom", () => d.chiSquaredCdf(1, 0)],
    ["a negative shape", () => d.betaCdf(0.5, -1, 1)],
    ["an infinite scale", () => d.gammaCdf(1, 1, Number.POSITIVE_INFINITY)],
  ])("refuse %s", (_, body) => {
    expect(body).toThrow(ParamError);
  });
});
