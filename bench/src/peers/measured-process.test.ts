import process from "node:process";
import { expect, test } from "vitest";
import { systemPython } from "./environment.js";
import { measureProcess } from "./measured-process.js";

const python = systemPython();
if (python === undefined) console.warn("skipped: measuring whole processes needs python3 on the path");

const node = (program: string) => [process.execPath, "-e", program];

test.skipIf(python === undefined)("time, processor time and peak memory of a whole process", async () => {
  const small = await measureProcess(python as string, node("setTimeout(() => {}, 300)"));
  expect(small.seconds).toBeGreaterThan(0.3);
  expect(small.processorSeconds).toBeGreaterThan(0);
  const large = await measureProcess(python as string, node("new Float64Array(25e6).fill(1); console.log('noise')"));
  expect(large.peakMiB - small.peakMiB).toBeGreaterThan(150); // 25e6 doubles are 191 MiB
});

test.skipIf(python === undefined)("a command that fails is an error with its last words", async () => {
  const failing = measureProcess(python as string, node("console.error('no such model'); process.exit(3)"));
  await expect(failing).rejects.toThrow(/ended with 3: no such model/);
});
