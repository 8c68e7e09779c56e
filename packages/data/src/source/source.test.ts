import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSource } from "../index.js";
import { collect, errorOf, readAll, scratch, valuesOf } from "../testing/fixtures.js";
import { prefetch } from "./prefetch.js";

const { folder, file } = scratch();

describe("openSource", () => {
  it("expands patterns in natural order and says where each row comes from", async () => {
    for (const i of [10, 2, 1]) file(`run${i}.csv`, `a\n${i}\n${i + 0.5}\n`);
    const { chunks, rows } = await readAll(join(folder, "run*.csv"), { rowsPerChunk: 1 });
    expect(rows).toEqual([[1], [1.5], [2], [2.5], [10], [10.5]]);
    expect(chunks.map(({ file: from, firstRow }) => [from.slice(folder.length + 1), firstRow])).toEqual([
      ["run1.csv", 1],
      ["run1.csv", 2],
      ["run2.csv", 1],
      ["run2.csv", 2],
      ["run10.csv", 1],
      ["run10.csv", 2],
    ]);
  });

  it("finds columns by name, whatever their order", async () => {
    const paths = [file("ab.csv", "a,b\n1,2\n"), file("ba.csv", "b,a\n2,1\n")];
    const { rows, names } = await readAll(paths);
    expect(names).toEqual(["a", "b"]);
    expect(rows).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it("drops columns that only some files have", async () => {
    const paths = [file("plain.csv", "a\n1\n"), file("labelled.csv", "a,anomaly\n2,1\n")];
    expect((await readAll(paths, { drop: ["anomaly"] })).rows).toEqual([[1], [2]]);
  });

  it.each([
    ["has another column", { drop: [] }, "COLUMN_COUNT", 'has "c" besides'],
    ["lacks a column", { drop: ["c"], columns: ["a", "b"] }, "COLUMN_MISSING", "no such column"],
    ["is asked for a column that no file has", { drop: ["z"] }, "COLUMN_MISSING", "no such column"],
  ])("says it when a file %s", async (_, options, code, words) => {
    const paths = [file("one.csv", "a\n1\n"), file("more.csv", "a,c\n1,2\n")];
    const error = await errorOf(readAll(paths, options));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });

  it("gives times and labels beside the variables", async () => {
    const path = file("rig.csv", "t,x,state\n2020-01-01 00:00:00,1,NORMAL\n2020-01-01 00:00:01,2,BROKEN\n");
    const source = await openSource([path]);
    const [chunk] = await collect(source.matrices({ time: "t", label: "state" }));
    expect(chunk?.matrix.columns).toEqual(["x"]);
    expect(valuesOf(chunk?.time)).toEqual([Date.UTC(2020, 0), Date.UTC(2020, 0) + 1000]);
    expect([...(chunk?.labels ?? [])]).toEqual([0, 1]);
    expect(source.labelMeaning()).toEqual({ normal: ["NORMAL"], anomalous: ["BROKEN"] });
    await source.close();
  });

  it("names the row of a missing label", async () => {
    const path = file("gap.csv", `x,y\n${"1,0\n".repeat(9)}2,\n`);
    const error = await errorOf(readAll(path, { label: "y", rowsPerChunk: 4 }));
    expect(error).toMatchObject({ code: "DATA_LABEL", where: { file: path, row: 10, column: "y" } });
  });

  it("fills the same two buffers when asked to", async () => {
    const path = file("reuse.csv", `a\n${Array.from({ length: 100 }, (_, i) => i).join("\n")}\n`);
    const source = await openSource([path]);
    const buffers = new Set<ArrayBufferLike>();
    let expected = 0;
    for await (const { matrix } of source.matrices({ rowsPerChunk: 7, reuse: true })) {
      buffers.add(matrix.data.buffer);
      await new Promise((resolve) => setTimeout(resolve, 1));
      for (const value of matrix.data) expect(value).toBe(expected++);
    }
    expect(expected).toBe(100);
    expect(buffers.size).toBe(2);
    await source.close();
  });

  it("can be left half-way", async () => {
    const path = file("leave.csv", `a\n${"1\n".repeat(100_000)}`);
    const source = await openSource([path]);
    for await (const _ of source.matrices({ rowsPerChunk: 10 })) break;
    expect((await collect(source.matrices())).length).toBeGreaterThan(0);
    await source.close();
    await source.close();
  });

  it("says what is wrong with a path", async () => {
    mkdirSync(join(folder, "dir"));
    expect(await errorOf(openSource([join(folder, "none.csv")]))).toMatchObject({ code: "FILE_NOT_FOUND" });
    expect(await errorOf(openSource([join(folder, "none*.csv")]))).toMatchObject({ code: "FILE_NOT_FOUND" });
    expect(await errorOf(openSource([]))).toMatchObject({ code: "FILE_NOT_FOUND" });
    const error = await errorOf(openSource([join(folder, "dir")]));
    expect(error).toMatchObject({ code: "FILE_UNREADABLE" });
    expect(error.message).toContain("dir/*.csv");
  });

  it.skipIf(process.getuid?.() === 0)(
    "says that a file may not be read (not checked as root, who may read all)",
    async () => {
      const path = file("secret.csv", "a\n1\n");
      chmodSync(path, 0);
      expect(await errorOf(openSource([path]))).toMatchObject({ code: "FILE_UNREADABLE" });
    },
  );
});

describe("standard input", () => {
  const script = `
    import { openSource } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
    try {
      const source = await openSource(["-"]);
      for await (const { matrix, file } of source.matrices()) console.log(file, source.files[0].format, matrix.rows, matrix.data.join(" "));
      await source.close();
    } catch (error) {
      console.log(error.code, error.message);
    }`;
  const feed = (input: string) => {
    const run = ["--input-type=module", "--eval", script];
    return execFileSync(process.execPath, run, {
      input,
      encoding: "utf8",
      env: { ...process.env, TMPDIR: folder },
    }).trim();
  };

  it("is read whatever its format, and leaves no copy behind", () => {
    expect(feed("a;b\n1;2\n")).toBe("standard input csv 1 1 2");
    expect(feed('{"a":1,"b":2}\n{"a":3,"b":4}\n')).toBe("standard input ndjson 2 1 2 3 4");
    expect(feed("")).toMatch(/^DATA_EMPTY standard input: .*found nothing/);
    expect(feed("a\n1\nx\n")).toMatch(
      /^DATA_NOT_NUMERIC standard input, line 2, row 1, column "a"|DATA_NOT_NUMERIC standard input, line 3/,
    );
    expect(readdirSync(folder).filter((name) => name.startsWith("telltale-"))).toEqual([]);
    expect(tmpdir()).not.toBe(folder);
  });
});

describe.skipIf(process.platform === "win32")("a named pipe, as a shell's process substitution is", () => {
  const pipe = (name: string, content: string) => {
    const path = join(folder, name);
    execFileSync("mkfifo", [path]);
    spawn("sh", ["-c", 'printf "$2" > "$1"', "sh", path, content], { stdio: "ignore" });
    return path;
  };

  it("is read like a file, and named in errors", async () => {
    const source = await openSource([pipe("good", "a;b\\n1;2\\n3;4\\n")]);
    const values: number[] = [];
    for await (const { matrix } of source.matrices()) values.push(...matrix.data);
    await source.close();
    expect(values).toEqual([1, 2, 3, 4]);
    const bad = pipe("empty", "");
    expect(await errorOf(openSource([bad]))).toMatchObject({ code: "DATA_EMPTY", where: { file: bad } });
  });
});

describe("the copy of standard input", () => {
  it("is removed when a signal ends the process", async () => {
    const built = JSON.stringify(new URL("../../dist/index.js", import.meta.url).href);
    const waiting = `
      import { openSource } from ${built};
      const source = await openSource(["-"]);
      console.log("open");
      setInterval(() => source, 1000);`;
    const copies = mkdtempSync(join(folder, "copies-"));
    const child = spawn(process.execPath, ["--input-type=module", "--eval", waiting], {
      env: { ...process.env, TMPDIR: copies },
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdout.once("data", () => {
      expect(readdirSync(copies)).toHaveLength(1);
      child.kill("SIGTERM");
    });
    child.stdin.end("a\n1\n");
    const signal = await new Promise((resolve) => child.on("exit", (_, by) => resolve(by)));
    expect(signal).toBe("SIGTERM");
    expect(readdirSync(copies)).toEqual([]);
  });
});

describe("prefetch", () => {
  it("asks ahead by one and gives the error when its item would come", async () => {
    let asked = 0;
    async function* items() {
      for (;;) {
        if (++asked === 3) throw new Error("third");
        yield asked;
      }
    }
    const ahead = prefetch(items());
    expect((await ahead.next()).value).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(asked).toBe(2);
    expect((await ahead.next()).value).toBe(2);
    await expect(ahead.next()).rejects.toThrow("third");
  });
});
