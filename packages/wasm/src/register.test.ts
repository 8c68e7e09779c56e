import { currentKernels, type Kernels, referenceKernels, useKernels, withKernels } from "@telltale/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

beforeEach(() => {
  vi.resetModules();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  useKernels(referenceKernels);
});

/** A module as on an engine that was changed before it is loaded. */
const fresh = async () => {
  const core = await import("@telltale/core");
  const wasm = await import("./index.js");
  return { core, wasm };
};

describe("register", () => {
  test("puts WebAssembly in the place of plain TypeScript, without a word", async () => {
    const warned = vi.spyOn(console, "warn");
    const { core } = await fresh();
    await import("./register.js");
    expect(core.currentKernels().name).toBe("wasm:simd");
    expect(warned).not.toHaveBeenCalled();
    core.useKernels(core.referenceKernels);
  });

  test("leaves kernels that were registered before", async () => {
    const { core } = await fresh();
    const other: Kernels = { ...core.referenceKernels, name: "other" };
    core.useKernels(other);
    await import("./register.js");
    expect(core.currentKernels()).toBe(other);
    core.useKernels(core.referenceKernels);
  });

  test.each([
    ["no WebAssembly", () => vi.stubGlobal("WebAssembly", undefined), /has no WebAssembly/],
    ["no SIMD", () => vi.spyOn(WebAssembly, "validate").mockReturnValue(false), /no 128-bit SIMD/],
    [
      "a page that forbids it",
      () => vi.spyOn(WebAssembly, "Module").mockImplementation(forbid as never),
      /\(not here\)/,
    ],
  ])("with %s goes on in plain TypeScript and says so once", async (_, change, reason) => {
    change();
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { core, wasm } = await fresh();
    await import("./register.js");
    await import("./register.js");
    expect(core.currentKernels()).toBe(core.referenceKernels);
    expect(warned).toHaveBeenCalledTimes(1);
    expect(warned.mock.calls[0]?.[0]).toMatch(reason);
    expect(wasm.wasmKernels()).toBeUndefined();
    expect(wasm.wasmStatus()).toMatchObject({ available: false, problem: expect.stringMatching(reason) });
  });
});

function forbid(): never {
  throw new Error("not here");
}

describe("loadWasmKernels", () => {
  test("works where compiling at once is refused", async () => {
    vi.spyOn(WebAssembly, "Module").mockImplementation(forbid as never);
    const { wasm } = await fresh();
    expect(wasm.wasmKernels()).toBeUndefined();
    const kernels = await wasm.loadWasmKernels();
    expect(kernels?.name).toBe("wasm:simd");
    expect(wasm.wasmKernels()).toBe(kernels);
    expect(await wasm.loadWasmKernels()).toBe(kernels);
    expect(wasm.wasmStatus()).toEqual({ available: true });
  });

  test("is undefined where it is refused, too", async () => {
    vi.spyOn(WebAssembly, "compile").mockRejectedValue(new Error("not here"));
    const { wasm } = await fresh();
    expect(await wasm.loadWasmKernels()).toBeUndefined();
    expect(wasm.wasmStatus().problem).toMatch(/refuses to compile WebAssembly \(not here\)/);
  });
});

test("kernels that it has not are the reference's", async () => {
  const { wasm, core } = await fresh();
  const kernels = wasm.wasmKernels() as Kernels;
  expect(kernels.nearest).toBe(core.referenceKernels.nearest);
  expect(kernels.recurrentForward).not.toBe(core.referenceKernels.recurrentForward);
  expect(withKernels(kernels, () => currentKernels().name)).toBe("wasm:simd");
});
