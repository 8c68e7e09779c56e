import { execFile } from "node:child_process";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { getuid, platform } from "node:process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BIN, end, start, telltale, temporaryFolder, writeRig } from "./command-line.js";

const execute = promisify(execFile);
const LINUX = platform === "linux";
const ROOT = getuid?.() === 0;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (...args: string[]) => telltale(args, { cwd: folder.path });

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeRig(folder.file("rig.csv"), { seed: 1, rows: 2000 });
  // Long enough that a command is still at it when it is interrupted.
  const text = await readFile(folder.file("rig.csv"), "utf8");
  const [head = "", ...rows] = text.split(/(?<=\n)/);
  await writeFile(folder.file("long.csv"), head + rows.join("").repeat(150));
  const args = [
    "fit",
    "iforest",
    "rig.csv",
    "--drop",
    "anomaly,changepoint,fault",
    "--time",
    "datetime",
    "--model",
    "rig.safetensors",
  ];
  const fit = await run(...args);
  expect(fit.code, fit.stderr).toBe(0);
});
afterAll(() => folder.remove());

/** Files that a command left beside its output. */
async function leftovers(): Promise<string[]> {
  return (await readdir(folder.path)).filter((file) => file.startsWith("."));
}

/** Waits until the command has begun to write. */
async function writing(): Promise<void> {
  for (let k = 0; k < 600; k++) {
    if ((await leftovers()).length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the command did not begin to write");
}

// Slow on purpose: windows, JavaScript kernels and one row at a time in a way that leaves time for a signal.
const SLOW = ["score", "rig.safetensors", "long.csv", "--kernels", "js", "--chunk-rows", "2000", "--out"];

describe("an output that cannot be written", () => {
  it("is named, with what to do", async () => {
    for (const [args, says] of [
      [["score", "rig.safetensors", "rig.csv", "--out", "nowhere/scores.csv"], /nowhere\/scores\.csv: the directory/],
      [["score", "rig.safetensors", "rig.csv", "--out", ".", "--format", "csv"], /directory/],
      [
        ["fit", "iforest", "rig.csv", "--drop", "datetime,fault", "--model", "nowhere/m.safetensors"],
        /nowhere\/m\.safetensors/,
      ],
    ] as const) {
      const { code, stderr } = await run(...args);
      expect(code, stderr).toBe(1);
      expect(stderr).toMatch(says);
    }
    const unknown = await run("score", "rig.safetensors", "rig.csv", "--out", "scores.xlsx");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/the format of scores\.xlsx cannot be told/);
  });

  it("because it is one of the inputs, under any name", async () => {
    const before = await readFile(folder.file("rig.csv"), "utf8");
    for (const args of [
      ["score", "rig.safetensors", "*.csv", "--out", "./rig.csv"],
      ["score", "rig.safetensors", "rig.csv", "--out", "rig.safetensors", "--format", "csv"],
      ["fit", "iforest", "rig.csv", "--drop", "datetime,fault", "--model", folder.file("rig.csv")],
    ]) {
      const { code, stderr } = await run(...args);
      expect(code).toBe(2);
      expect(stderr).toMatch(/is one of the files that are read\. Name another file/);
    }
    expect(await readFile(folder.file("rig.csv"), "utf8")).toBe(before);
  });

  it.skipIf(ROOT || !LINUX)("because of its folder's permissions (not as root, who may write anywhere)", async () => {
    await mkdir(folder.file("locked"));
    await chmod(folder.file("locked"), 0o500);
    const { code, stderr } = await run("score", "rig.safetensors", "rig.csv", "--out", "locked/scores.csv");
    expect(code).toBe(1);
    expect(stderr).toMatch(/locked\/scores\.csv/);
  });

  it.skipIf(!LINUX)("because the disk is full: /dev/full takes nothing", async () => {
    const { code, stderr } = await run(
      "score",
      "rig.safetensors",
      "rig.csv",
      "--out",
      "/dev/full",
      "--format",
      "csv",
      "--json",
    );
    expect(code).toBe(1);
    expect(JSON.parse(stderr).error.code).toBe("DISK_FULL");
  });

  it("because the disk is full: the file that was there before stays whole", async ({ skip }) => {
    const mount = folder.file("small");
    await mkdir(mount);
    try {
      await execute("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", mount]);
    } catch {
      console.warn("skipped: no small file system can be mounted here");
      skip();
    }
    try {
      await writeFile(`${mount}/scores.csv`, "old\n");
      const { code, stderr } = await run("score", "rig.safetensors", "long.csv", "--out", "small/scores.csv");
      expect(code).toBe(1);
      expect(stderr).toMatch(/no space left/);
      expect(await readFile(`${mount}/scores.csv`, "utf8")).toBe("old\n");
      expect(await readdir(mount)).toEqual(["scores.csv"]);
    } finally {
      await execute("umount", [mount]);
    }
  });
});

describe("a command that is ended half-way", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s removes what it was writing and leaves the old file", async (signal, code) => {
    await writeFile(folder.file("scores.csv"), "old\n");
    const child = start([...SLOW, "scores.csv"], { cwd: folder.path });
    const ended = end(child);
    await writing();
    child.kill(signal);
    const result = await ended;
    expect([result.code, result.signal]).toEqual([code, null]);
    expect(result.stderr).toBe("");
    expect(await readFile(folder.file("scores.csv"), "utf8")).toBe("old\n");
    expect(await leftovers()).toEqual([]);
  });

  it("while it waits for standard input ends at once", async () => {
    const child = start(["score", "rig.safetensors", "-", "--out", "scores.csv"], { cwd: folder.path });
    const ended = end(child);
    child.stdin?.on("error", () => {});
    child.stdin?.write("a,b\n1,2\n");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const before = performance.now();
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect(performance.now() - before).toBeLessThan(8000);
  });

  it("by SIGKILL leaves the old file whole, and at most a temporary one beside it", async () => {
    await writeFile(folder.file("scores.csv"), "old\n");
    const child = start([...SLOW, "scores.csv"], { cwd: folder.path });
    const ended = end(child);
    await writing();
    child.kill("SIGKILL");
    expect((await ended).signal).toBe("SIGKILL");
    expect(await readFile(folder.file("scores.csv"), "utf8")).toBe("old\n");
    expect((await leftovers()).length).toBeLessThanOrEqual(1);
    const again = await run("score", "rig.safetensors", "rig.csv", "--out", "scores.csv");
    expect(again.code).toBe(0);
    expect((await readFile(folder.file("scores.csv"), "utf8")).split("\n")).toHaveLength(2002);
  });
});

describe("the progress bar", () => {
  it("is drawn on a terminal when the work takes longer than a second, and nowhere else", async ({ skip }) => {
    const args = [...SLOW, "scores.csv", "--explain", "3"];
    const words = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(" ");
    const terminal = await execute("script", ["-qec", words, "/dev/null"], { cwd: folder.path }).catch(() => undefined);
    if (terminal === undefined) {
      console.warn("skipped: the program script, which makes a terminal, is not here");
      skip();
    }
    expect(terminal?.stdout).toMatch(/scoring [█░]+ \d+\.\d+ % [\d,]+ rows/);
    const pipe = await run(...args);
    expect(pipe.stderr).toMatch(/^scored [\d,]+ rows of 1 file in \S+ s: [^\n]*\n$/);
  });
});

describe("standard output", () => {
  it.skipIf(!LINUX)("may be closed by its reader: no error, no complaint", async () => {
    const command = `"${process.execPath}" "${BIN}" score rig.safetensors long.csv | head -n 2; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await execute("bash", ["-c", command], { cwd: folder.path });
    const [header, row, code] = stdout.split("\n");
    expect([header, code]).toEqual(["time,score,anomaly", "0"]);
    expect(row).toMatch(/^2020-03-01 /);
    expect(stderr).not.toMatch(/EPIPE|rror/);
  });

  it("has the rows alone; messages go to standard error", async () => {
    const { stdout, stderr } = await run("score", "rig.safetensors", "rig.csv");
    expect(stdout.trimEnd().split("\n")).toHaveLength(2001);
    expect(stderr).toMatch(/^scored 2,000 rows of 1 file/);
    const quiet = await run("score", "rig.safetensors", "rig.csv", "--quiet");
    expect([quiet.stdout, quiet.stderr]).toEqual([stdout, ""]);
  });
});
