import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { telltale, temporaryFolder } from "./command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let model: Uint8Array;

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(folder.file("good.csv"), "a,b\n1,2\n2,3\n3,5\n4,1\n");
  const fit = await telltale(["fit", "iforest", "good.csv", "--model", "good.safetensors"], { cwd: folder.path });
  expect(fit.code).toBe(0);
  model = new Uint8Array(await readFile(folder.file("good.safetensors")));
});
afterAll(() => folder.remove());

/** A safetensors file of that header and so many bytes of data. */
function safetensors(header: unknown, data = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** The good model with its header changed. */
function altered(change: (text: string) => string): Uint8Array {
  const length = Number(new DataView(model.buffer).getBigUint64(0, true));
  const header = change(new TextDecoder().decode(model.subarray(8, 8 + length)));
  const made = safetensors(header);
  return Uint8Array.of(...made, ...model.subarray(8 + length));
}

const HUGE = 2 ** 60;
const CASES: readonly [name: string, bytes: () => Uint8Array, code: RegExp][] = [
  ["empty", () => new Uint8Array(0), /MODEL_TRUNCATED|MODEL_FOREIGN/],
  ["cut in its header", () => model.subarray(0, 100), /MODEL_TRUNCATED/],
  ["cut in its arrays", () => model.subarray(0, model.length - 9), /MODEL_TRUNCATED/],
  [
    "a CSV file",
    () => new TextEncoder().encode("a,b\n1,2\n2,3\n3,5\n4,1\n"),
    /MODEL_FOREIGN|MODEL_TRUNCATED|MODEL_CORRUPT/,
  ],
  [
    "another program's",
    () => safetensors({ w: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, 4),
    /MODEL_FOREIGN/,
  ],
  [
    "of a newer version",
    () => altered((text) => text.replace(/(\\?"format_?[vV]ersion\\?":\s*\\?"?)\d+/, "$199999")),
    /MODEL_NEWER|MODEL_FOREIGN/,
  ],
  [
    "with a header of 2^60 bytes",
    () => {
      const bytes = model.slice();
      new DataView(bytes.buffer).setBigUint64(0, 2n ** 60n, true);
      return bytes;
    },
    /MODEL_/,
  ],
  [
    "with an array of 2^60 values",
    () => altered((text) => text.replace(/"shape":\[\d+\]/, `"shape":[${HUGE}]`)),
    /MODEL_/,
  ],
  [
    "with offsets behind its end",
    () => altered((text) => text.replace(/"data_offsets":\[\d+,\d+\]/, `"data_offsets":[0,${HUGE}]`)),
    /MODEL_/,
  ],
  [
    "with overlapping arrays",
    () => altered((text) => text.replaceAll(/"data_offsets":\[\d+,/g, '"data_offsets":[0,')),
    /MODEL_/,
  ],
  ["nested a million deep", () => safetensors("[".repeat(1_000_000) + "]".repeat(1_000_000)), /MODEL_/],
];

describe.concurrent("a model file", () => {
  it.each(CASES)("that is %s is refused, quickly and by name", async (name, bytes, code) => {
    const file = `${name.replaceAll(/\W+/g, "-")}.safetensors`;
    await writeFile(folder.file(file), bytes());
    const args = ["score", file, "good.csv", "--json"];
    const {
      code: exit,
      stdout,
      stderr,
    } = await telltale(args, { cwd: folder.path, env: { NODE_OPTIONS: "--max-old-space-size=256" } });
    expect(exit, stderr).toBe(1);
    expect(stdout).toBe("");
    const { error } = JSON.parse(stderr);
    expect(error.code).toMatch(code);
    expect(error.where.file).toBe(file);
    expect(error.message.startsWith(`${file}: `)).toBe(true);
  });

  it("that is not there, or a folder, is said to be so", async () => {
    const absent = await telltale(["inspect", "nowhere.safetensors"], { cwd: folder.path });
    expect([absent.code, absent.stderr]).toEqual([
      1,
      expect.stringMatching(/nowhere\.safetensors: there is no such model file/),
    ]);
    const directory = await telltale(["inspect", "."], { cwd: folder.path });
    expect([directory.code, directory.stderr]).toEqual([1, expect.stringMatching(/found a directory/)]);
  });

  it("with any one byte changed is refused or still scores", async () => {
    const { run } = await import("../run.js");
    const quiet = { write: () => {} };
    for (let k = 0; k < 60; k++) {
      const bytes = model.slice();
      const at = (k * 2654435761) % Math.min(bytes.length, 4000);
      bytes[at] = (bytes[at] as number) ^ (1 << (k % 8));
      await writeFile(folder.file("flipped.safetensors"), bytes);
      let stderr = "";
      const code = await run(["inspect", folder.file("flipped.safetensors"), "--json"], {
        stdout: quiet,
        stderr: {
          write: (text: string) => {
            stderr += text;
          },
        },
      });
      if (code !== 0) expect(JSON.parse(stderr).error.code).toMatch(/^MODEL_/);
    }
  });
});
