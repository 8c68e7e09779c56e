import { describe, expect, it } from "vitest";
import { ModelFileError, ParamError } from "../errors.js";
import { fromRows } from "../matrix.js";
import { checkParam, parseParam } from "../params/params.js";
import { registry } from "../registry.js";
import { detectorFromText, detectorParam, detectorText, packPart, restorePart } from "./composed.js";
import { lof } from "./tabular/lof/lof.js";

describe("detectors as text", () => {
  it("survives being written and read, for every detector that is registered", () => {
    for (const factory of registry.list()) {
      const plain = factory();
      expect(detectorText(plain)).toBe(plain.spec.name);
      expect(detectorFromText(detectorText(plain)).params).toEqual(plain.params);
    }
    const given = lof({ k: 7, metric: "manhattan" });
    expect(detectorText(given)).toBe("lof:k=7,metric=manhattan");
    expect(detectorFromText(" lof : k = 7, metric=manhattan").params).toEqual(given.params);
  });

  it("keeps commas inside brackets together", () => {
    const forest = detectorFromText("isolation-forest:seed=(3),trees=10");
    expect(forest.params).toMatchObject({ seed: 3, trees: 10 });
  });

  it("refuses what it cannot read, and says what there is", () => {
    expect(() => detectorFromText("lofty")).toThrow(/there is no detector "lofty".*isolation-forest/);
    expect(() => detectorFromText("lof:q=3")).toThrow(/no parameter "q".*k/);
    expect(() => detectorFromText("lof:k")).toThrow(/expected name=value/);
    expect(() => detectorFromText("lof:k=0")).toThrow(ParamError);
    expect(() => detectorFromText("lof:k=(3")).toThrow(/brackets/);
    expect(() => detectorFromText("lof:k=3)")).toThrow(/brackets/);
  });

  it("takes a detector where its text is expected", () => {
    const param = detectorParam({ default: "knn", doc: "The detector." });
    expect(checkParam(param, "base", lof({ k: 7 }))).toBe("lof:k=7");
    expect(parseParam(param, "base", "lof:metric=euclidean")).toBe("lof");
    expect(() => checkParam(param, "base", 3)).toThrow(/base: expected a detector; found 3/);
  });
});

describe("a fitted detector inside another's state", () => {
  const x = fromRows([[0], [1], [2], [3], [9]]);
  const model = lof({ k: 2 }).fitSync(x);
  const packed = packPart("0", model as never);

  it("scores the same bits after it was restored", () => {
    expect(restorePart("0", packed).scoreSync(x)).toEqual(model.scoreSync(x));
  });

  it("trusts nothing that was read", () => {
    expect(() => restorePart("1", packed)).toThrow(ModelFileError);
    expect(() => restorePart("0", { ...packed, "0.cols": 0 })).toThrow(ModelFileError);
    expect(() => restorePart("0", { ...packed, "0.detector": "nothing" })).toThrow(ModelFileError);
  });
});
