import { readdir, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BAD_FILES } from "./bad-files.js";
import { telltale, temporaryFolder } from "./command-line.js";

const GOOD = "a,b\n1,2\n2,3\n3,5\n4,1\n";
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (...args: string[]) => telltale(args, { cwd: folder.path });

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(folder.file("good.csv"), GOOD);
  for (const { name, text } of BAD_FILES) await writeFile(folder.file(name), text);
  expect((await run("fit", "iforest", "good.csv", "--model", "good.safetensors", "--quiet")).code).toBe(0);
});
afterAll(() => folder.remove());

describe.concurrent("a bad file", () => {
  it.each(BAD_FILES)("$name is refused by fit, and no model is written", async ({ name, code, says }) => {
    const {
      code: exit,
      stderr,
      stdout,
    } = await run("fit", "iforest", name, "--model", `${name}.safetensors`, "--json");
    expect(exit).toBe(1);
    expect(stdout).toBe("");
    const { error } = JSON.parse(stderr);
    expect(error).toMatchObject({ code, where: { file: name } });
    expect(error.message).toMatch(says);
    expect(await readdir(folder.path)).not.toContain(`${name}.safetensors`);
  });

  it.each(BAD_FILES)("$name is refused by score, and the old output stays", async ({ name, says }) => {
    const out = `scores-of-${name}`;
    await writeFile(folder.file(out), "what was there before");
    const { code, stderr } = await run("score", "good.safetensors", name, "--out", out);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^telltale: /);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(await readFile(folder.file(out), "utf8")).toBe("what was there before");
    const left = (await readdir(folder.path)).filter((file) => file.startsWith(`.${out}`));
    expect(left).toEqual([]);
  });

  it("that is the second of two is named, with its own row number", async () => {
    const { code, stderr } = await run("fit", "iforest", "good.csv", "nan.csv", "--model", "bad.safetensors");
    expect(code).toBe(1);
    expect(stderr).toMatch(/nan\.csv, row 2, column "b"/);
  });
});

describe.concurrent("values that are not numbers", () => {
  it.each(["keep", "mean", "median", "zero", "previous", "drop"])("are taken with --missing %s", async (policy) => {
    const model = `${policy}.safetensors`;
    const fitted = await run("fit", "iforest", "nan.csv", "--missing", policy, "--model", model);
    expect(fitted.code, fitted.stderr).toBe(0);
    const scored = await run("score", model, "nan.csv");
    expect(scored.code, scored.stderr).toBe(0);
    const row = scored.stdout.split("\n")[2];
    expect(row).toMatch(policy === "drop" ? /^(nan)?,0$/i : /^0\.\d+,[01]$/);
  });

  it.each(["missing", "clip", "keep"])("are taken with --infinite %s", async (policy) => {
    const flags = ["--infinite", policy, "--missing", "mean", "--model", `infinite-${policy}.safetensors`];
    const fitted = await run("fit", "iforest", "inf.csv", ...flags);
    expect(fitted.code, fitted.stderr).toBe(0);
  });
});

describe.concurrent("columns", () => {
  it("that are not there are named, with those there are", async () => {
    for (const flag of ["--columns", "--drop", "--time", "--label"]) {
      const { code, stderr } = await run("fit", "iforest", "good.csv", flag, "c", "--model", "bad.safetensors");
      expect(code).toBe(1);
      expect(stderr).toMatch(/good\.csv, column "c": there is no such column\. There are "a", "b"/);
    }
  });

  it("that never change are warned about", async () => {
    await writeFile(folder.file("constant.csv"), "a,b\n7,1\n7,2\n7,3\n");
    const { code, stderr } = await run("fit", "iforest", "constant.csv", "--model", "constant.safetensors");
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning: .*never changes: a \(always 7\)/);
    const json = await run("fit", "iforest", "constant.csv", "--model", "constant.safetensors", "--json");
    expect(json.stderr).toBe("");
    expect(JSON.parse(json.stdout).warnings).toEqual([expect.stringMatching(/a \(always 7\)/)]);
  });

  it("of another data set do not go through a model; in another order they do", async () => {
    await writeFile(folder.file("other.csv"), "c,b\n1,2\n");
    const other = await run("score", "good.safetensors", "other.csv");
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(
      /other\.csv: the model needs columns that the file does not have: a\. The file has: c, b/,
    );
    await writeFile(folder.file("reordered.csv"), "extra,b,a\nx,2,1\nx,3,2\nx,5,3\nx,1,4\n");
    const [straight, reordered] = [
      await run("score", "good.safetensors", "good.csv"),
      await run("score", "good.safetensors", "reordered.csv"),
    ];
    expect(reordered.stderr).toMatch(/scored 4 rows/);
    expect(reordered.stdout).toBe(straight.stdout);
  });

  it("all dropped leave nothing to learn from", async () => {
    const { code, stderr } = await run("fit", "iforest", "good.csv", "--drop", "a,b", "--model", "bad.safetensors");
    expect(code).toBe(1);
    expect(stderr).toMatch(/good\.csv/);
  });
});

describe.concurrent("too few rows", () => {
  it("for the samples, windows or lags asked for are an error that says how many there are", async () => {
    for (const [flags, says] of [
      [["--samples", "100"], /--samples asks for 100 training rows; found 4/],
      [["--window", "9"], /reach over 9 rows; the longest file has 4/],
      [["--lags", "6"], /reach over 7 rows; the longest file has 4/],
    ] as const) {
      const { code, stderr } = await run("fit", "iforest", "good.csv", ...flags, "--model", "bad.safetensors");
      expect(code).toBe(1);
      expect(stderr).toMatch(says);
    }
  });
});

describe.concurrent("files", () => {
  it("that are not there, or are folders, are named", async () => {
    for (const [file, says] of [
      ["nowhere.csv", /nowhere\.csv: there is no such file/],
      ["nothing-*.csv", /nothing-\*\.csv: no file matches/],
      [".", /a directory/],
    ] as const) {
      const { code, stderr } = await run("fit", "iforest", file, "--model", "bad.safetensors");
      expect(code).toBe(1);
      expect(stderr).toMatch(says);
    }
  });
});

describe.concurrent("labels", () => {
  it("of one class are evaluated as far as they can be, with a warning", async () => {
    await writeFile(folder.file("normal.csv"), "a,b,y\n1,2,0\n2,3,0\n3,5,0\n");
    const { code, stdout, stderr } = await run("evaluate", "good.safetensors", "normal.csv", "--label", "y");
    expect(code).toBe(0);
    expect(stdout).toMatch(/ROC-AUC +undefined/);
    expect(stderr).toMatch(/warning: No row is labelled as an anomaly/);
  });

  it("that are missing or unclear are named with their row", async () => {
    await writeFile(folder.file("labels.csv"), "a,b,y\n1,2,0\n2,3,2\n");
    const { code, stderr } = await run("evaluate", "good.safetensors", "labels.csv", "--label", "y");
    expect(code).toBe(1);
    expect(stderr).toMatch(/labels\.csv, row 2, column "y": a label must be 0 or 1; found 2.*--normal/);
  });
});
