import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "telltale-count-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function count(suites, status) {
  const file = join(folder, "report.json");
  if (suites) writeFileSync(file, JSON.stringify({ testResults: suites }));
  else rmSync(file, { force: true });
  const args = [join(import.meta.dirname, "count-tests.mjs"), file, String(status)];
  return spawnSync(process.execPath, args, { encoding: "utf8" }).stdout.trim();
}

const suite = (status, ...tests) => ({ status, assertionResults: tests.map((test) => ({ status: test })) });

describe("count-tests", () => {
  it("counts tests, not files, and leaves skipped ones out", () => {
    expect(count([suite("passed", "passed", "passed", "pending"), suite("failed", "passed", "failed")], 1)).toBe("3 1");
  });

  it("counts a file that could not be loaded as a failure", () => {
    expect(count([suite("passed", "passed"), suite("failed")], 1)).toBe("1 1");
  });

  it("counts a bad exit without a failed test as a failure", () => {
    expect(count([suite("passed", "passed")], 1)).toBe("1 1");
  });

  it("counts a missing report or an empty run as a failure", () => {
    expect(count(undefined, 1)).toBe("0 1");
    expect(count([], 0)).toBe("0 1");
  });
});
