import { KernelError } from "@telltale/core";
import { expect, test } from "vitest";
import { Workspace } from "./workspace.js";

const few = (pages: number) => new WebAssembly.Memory({ initial: 1, maximum: pages });

test("grows as it is asked to, keeps what was written, and starts anew", () => {
  const workspace = new Workspace(few(10));
  workspace.begin();
  const first = workspace.copy(Float32Array.of(1, 2, 3));
  expect(first).toBeGreaterThan(0);
  const second = workspace.zeros(100_000);
  const read = new Float32Array(3);
  workspace.read(first, read);
  expect([...read]).toEqual([1, 2, 3]);
  expect(workspace.view(second, 100_000).every((v) => v === 0)).toBe(true);
  workspace.begin();
  expect(workspace.place(1)).toBe(first);
});

test("arrays do not overlap", () => {
  const workspace = new Workspace(few(2));
  const [a, b] = [workspace.copy(new Float32Array(5).fill(1)), workspace.copy(new Float32Array(5).fill(2))];
  const read = new Float32Array(5);
  workspace.read(a, read);
  expect([...read]).toEqual([1, 1, 1, 1, 1]);
  expect(b - a).toBeGreaterThanOrEqual(20);
});

test.each([20_000, 2 ** 31, 2 ** 53])("says so when memory for %i numbers is not to be had", (length) => {
  const workspace = new Workspace(few(1));
  expect(() => workspace.place(length)).toThrow(KernelError);
  try {
    workspace.place(length);
  } catch (error) {
    expect(error).toMatchObject({ code: "KERNEL_MEMORY", remedy: expect.stringMatching(/windows/) });
  }
  workspace.place(3); // what fits still does
});
