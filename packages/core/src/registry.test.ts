import { describe, expect, it } from "vitest";
import { isolationForest } from "./detectors/tabular/isolation-forest/isolation-forest.js";
import { ParamError } from "./errors.js";
import { registry } from "./registry.js";

describe("registry", () => {
  it("finds a detector by its name and by the names people search for", () => {
    for (const name of ["isolation-forest", "iforest", "IForest", "if"])
      expect(registry.get(name)).toBe(isolationForest);
    expect(registry.create("eif").params).toMatchObject({ ndim: 2, pooledGain: 0 });
    expect(registry.create("iforest", { trees: 3 }).params).toMatchObject({ trees: 3, samples: 256 });
    expect(registry.list().filter(({ spec }) => spec.name === "isolation-forest")).toHaveLength(1);
  });

  it("lists what there is when there is no such detector", () => {
    expect(registry.has("forest")).toBe(false);
    expect(() => registry.get("forest")).toThrow(/no detector "forest".*isolation-forest/);
    expect(() => registry.create("iforest", { tree: 3 })).toThrow(ParamError);
  });

  it("refuses a second detector of the same name, and leaves the first as it was", () => {
    const { spec } = isolationForest;
    const thief = Object.assign(() => undefined, {
      spec: { ...spec, name: "thief", aliases: ["brand-new", "iforest"] },
    });
    expect(() => registry.register(thief)).toThrow(/"iforest" already stands for the detector isolation-forest/);
    expect(registry.get("iforest")).toBe(isolationForest);
    expect([registry.has("thief"), registry.has("brand-new")]).toEqual([false, false]);
    registry.register(isolationForest); // again is fine: packages may be imported twice
  });
});
