import { spawn } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type OutputColumn, type OutputFormat, openSink, openSource, writeFileAtomic } from "../index.js";
import { errorOf, scratch, valuesOf } from "../testing/fixtures.js";

const { folder, file } = scratch();
const at = Date.UTC(2020, 2, 9, 10, 14, 33);

function scored(rows: number, first = 0): OutputColumn[] {
  const numbers = (value: (i: number) => number) => Float64Array.from({ length: rows }, (_, i) => value(first + i));
  return [
    { name: "time", type: "timestamp", values: numbers((i) => (i === 1 ? Number.NaN : at + i * 1000 + (i % 2) / 4)) },
    { name: "score", type: "float64", values: numbers((i) => Math.sin(i) / 3) },
    {
      name: "anomaly",
      type: "int32",
      values: Int32Array.from({ length: rows }, (_, i) => ((first + i) % 7 === 0 ? 1 : 0)),
    },
    {
      name: "sure",
      type: "boolean",
      values: Uint8Array.from({ length: rows }, (_, i) => [0, 1, 255][(first + i) % 3] as number),
    },
    {
      name: "note",
      type: "string",
      values: Array.from(
        { length: rows },
        (_, i) => ['a "b"', "x,y\tz", null, "two\nlines"][(first + i) % 4] as string,
      ),
    },
  ];
}

const leftovers = () => readdirSync(folder).filter((name) => name.endsWith(".tmp"));

describe("openSink", () => {
  it.each<OutputFormat>(["csv", "tsv", "ndjson", "json", "parquet", "arrow", "arrows"])(
    "writes %s that reads back the same, over many calls and row groups",
    async (format) => {
      const path = join(folder, `back.${format}`);
      const sink = await openSink(path);
      const sizes = [3, 150_000, 1, 4097];
      let first = 0;
      for (const rows of sizes) {
        await sink.write(scored(rows, first));
        first += rows;
      }
      expect(sink.rows).toBe(first);
      await sink.close();
      expect(leftovers()).toEqual([]);
      const source = await openSource([path]);
      let row = 0;
      for await (const table of source.chunks({ rowsPerChunk: 20_000 })) {
        const expected = scored(table.rows, row);
        row += table.rows;
        for (const [j, { name, values }] of table.columns.entries()) {
          expect(name).toBe(expected[j]?.name);
          const same = valuesOf({ values }).every((value, i) => Object.is(value, expected[j]?.values[i]));
          if (!same) expect.fail(`${name} differs`);
        }
      }
      expect(row).toBe(first);
      await source.close();
    },
  );

  it("writes text as people expect it", async () => {
    const path = join(folder, "plain.csv");
    const sink = await openSink(path);
    await sink.write(scored(4));
    await sink.close();
    expect(readFileSync(path, "utf8")).toBe(
      'time,score,anomaly,sure,note\n2020-03-09 10:14:33,0,1,false,"a ""b"""\n' +
        `,${Math.sin(1) / 3},0,true,"x,y\tz"\n2020-03-09 10:14:35,${Math.sin(2) / 3},0,,\n` +
        `2020-03-09 10:14:36.000250,${Math.sin(3) / 3},0,false,"two\nlines"\n`,
    );
  });

  it("writes numbers that read back to the same bits", async () => {
    const path = join(folder, "bits.csv");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 50 }), async (values) => {
        const sink = await openSink(path);
        await sink.write([{ name: "a", type: "float64", values: Float64Array.from(values) }]);
        await sink.close();
        const lines = readFileSync(path, "utf8").trim().split("\n").slice(1);
        // "0" for -0 is what String gives; it compares equal.
        expect(lines.map(Number)).toEqual(values.map((value) => value + 0));
      }),
      { numRuns: 20 },
    );
  });

  it("writes a header though there are no rows", async () => {
    for (const format of ["csv", "ndjson", "json", "parquet", "arrow"] as const) {
      const path = join(folder, `none.${format}`);
      const sink = await openSink(path, { columns: [{ name: "score", type: "float64" }] });
      await sink.close();
      const text = readFileSync(path, "latin1");
      expect(text).toMatch(
        { csv: /^score\n$/, ndjson: /^$/, json: /^\[\n?\]\n$/, parquet: /^PAR1.*PAR1$/s, arrow: /^ARROW1.*ARROW1$/s }[
          format
        ],
      );
    }
  });

  it("refuses other columns than before, and formats that it does not know", async () => {
    const sink = await openSink(join(folder, "change.csv"));
    const score = { name: "score", type: "float64", values: Float64Array.of(1) } as const;
    await sink.write([score]);
    await expect(sink.write([{ ...score, name: "other" }])).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
    await expect(sink.write([])).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
    await sink.abort();
    expect(await errorOf(openSink(join(folder, "x.xlsx")))).toMatchObject({ code: "PARAM_TYPE" });
    expect(await errorOf(openSink("-", { format: "xml" as OutputFormat }))).toMatchObject({ code: "PARAM_TYPE" });
  });
});

describe("a file that is whole or not there", () => {
  it("keeps the old file until the new one is closed, and after an abort", async () => {
    const path = file("kept.csv", "old\n");
    const sink = await openSink(path);
    await sink.write(scored(3));
    expect(readFileSync(path, "utf8")).toBe("old\n");
    await sink.abort();
    expect(readFileSync(path, "utf8")).toBe("old\n");
    expect(leftovers()).toEqual([]);
    await writeFileAtomic(path, Buffer.from("new\n"));
    expect(readFileSync(path, "utf8")).toBe("new\n");
  });

  it("replaces what a link points to, not the link", async () => {
    const target = file("target.bin", "old");
    const link = join(folder, "link.bin");
    symlinkSync(target, link);
    await writeFileAtomic(link, Buffer.from("new"));
    expect(readFileSync(target, "utf8")).toBe("new");
  });

  it("says why it cannot write", async () => {
    const missing = await errorOf(writeFileAtomic(join(folder, "no", "dir", "x.bin"), new Uint8Array(1)));
    expect(missing).toMatchObject({ code: "FILE_UNWRITABLE" });
    expect(missing.message).toContain("directory to write into does not exist");
    expect(await errorOf(writeFileAtomic(folder, new Uint8Array(1)))).toMatchObject({ code: "FILE_UNWRITABLE" });
  });

  it.skipIf(process.platform !== "linux")("says that the disk is full (/dev/full)", async () => {
    expect(await errorOf(writeFileAtomic("/dev/full", new Uint8Array(1)))).toMatchObject({ code: "DISK_FULL" });
    const link = join(folder, "full.csv");
    symlinkSync("/dev/full", link);
    const sink = await openSink(link);
    const error = await errorOf(sink.write(scored(100_000)).then(() => sink.close()));
    expect(error).toMatchObject({ code: "DISK_FULL", where: { file: link } });
  });

  const holder = (path: string, after: string) => `
    import { openSink } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
    const sink = await openSink(${JSON.stringify(path)});
    await sink.write([{ name: "score", type: "float64", values: new Float64Array(100000) }]);
    console.log("written");
    ${after}`;

  function run(script: string, onOutput: (child: ReturnType<typeof spawn>) => void) {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (text) => {
      errors += text;
    });
    child.stdout.once("data", () => onOutput(child));
    return new Promise<{ code: number | null; signal: string | null; errors: string }>((resolve) => {
      child.on("exit", (code, signal) => resolve({ code, signal, errors }));
    });
  }

  it.each(["SIGINT", "SIGTERM"] as const)("removes the temporary file on %s and dies of it", async (signal) => {
    const path = file("signal.csv", "old\n");
    const end = await run(holder(path, "setInterval(() => {}, 1000);"), (child) => {
      expect(leftovers()).toHaveLength(1);
      child.kill(signal);
    });
    expect(end.signal).toBe(signal);
    expect(leftovers()).toEqual([]);
    expect(readFileSync(path, "utf8")).toBe("old\n");
  });

  it("removes the temporary file when the program ends without closing", async () => {
    const path = file("exit.csv", "old\n");
    const end = await run(holder(path, "process.exit(3);"), () => {});
    expect(end.code).toBe(3);
    expect(leftovers()).toEqual([]);
    expect(readFileSync(path, "utf8")).toBe("old\n");
  });

  it("ends quietly when the reader of standard output goes away", async () => {
    const script = `
      import { openSink } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
      const sink = await openSink("-");
      let calls = 0;
      while (!sink.readerGone && calls++ < 10000)
        await sink.write([{ name: "score", type: "float64", values: new Float64Array(10000) }]);
      await sink.close();
      process.exitCode = sink.readerGone ? 7 : 8;`;
    const end = await run(script, (child) => child.stdout?.destroy());
    expect(end).toEqual({ code: 7, signal: null, errors: "" });
  });
});
