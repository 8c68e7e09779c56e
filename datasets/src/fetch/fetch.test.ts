import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "@telltale/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DataFile, DataSet } from "../manifest/data-set.js";
import { pump } from "../manifest/pump.js";
import { cacheFolder } from "./cache-folder.js";
import { download } from "./download.js";
import { fetchDataSet } from "./fetch-data-set.js";
import { fetchError } from "./fetch-errors.js";

const CONTENT = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 31 + (i >> 8)) & 255));
const SHA = sum(CONTENT);

function sum(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let base: string;
let folder: string;
let answers: Map<string, Answer>;
let asked: { url: string; range: string | undefined }[];

/** Answers as a file server does, with parts. */
function file(bytes: Buffer, etag = '"v1"'): Answer {
  return (request, response) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
    const whole = range === null || request.headers["if-range"] !== etag;
    const from = whole ? 0 : Number(range?.[1]);
    if (from > bytes.length) return void response.writeHead(416).end();
    const part = bytes.subarray(from);
    response.writeHead(whole ? 200 : 206, {
      etag,
      "content-length": part.length,
      ...(whole ? {} : { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    response.end(part);
  };
}

/** Sends so many bytes, then cuts the connection, for the first times; then answers as a file server does. */
function cut(after: number, times: number): Answer {
  const whole = file(CONTENT);
  let cuts = 0;
  return (request, response) => {
    if (cuts++ >= times) return whole(request, response);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      etag: '"v1"',
      "content-length": CONTENT.length - from,
      ...(from > 0 ? { "content-range": `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` } : {}),
    });
    response.write(CONTENT.subarray(from, from + after));
    // Not before the bytes are kept: what is still on its way when a connection breaks is lost.
    const kept = setInterval(() => {
      if ((statSync(join(folder, "a.part"), { throwIfNoEntry: false })?.size ?? 0) < from + after) return;
      clearInterval(kept);
      response.destroy();
    }, 5);
  };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = request.url ?? "";
    asked.push({ url, range: request.headers.range });
    const answer = answers.get(url);
    if (answer === undefined) response.writeHead(404).end("no such file");
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(async () => {
  answers = new Map();
  asked = [];
  folder = await mkdtemp(join(tmpdir(), "telltale-fetch-"));
  return () => rm(folder, { recursive: true, force: true });
});

const quick = { patience: 5 };

/** A data set of files on the local server. */
function served(files: readonly Partial<DataFile>[]): DataSet {
  return {
    name: "served",
    aliases: [],
    title: "A test",
    summary: "",
    home: "",
    licence: { name: "MIT", address: "" },
    columns: "",
    label: "",
    traps: [],
    files: files.map((each) => ({ path: "a.bin", address: `${base}/a`, bytes: null, sha256: SHA, ...each })),
  };
}

describe("a download", () => {
  it("is verified, whole, and leaves nothing else behind", async () => {
    answers.set("/a", file(CONTENT));
    const told: (number | undefined)[][] = [];
    const got = await download(`${base}/a`, join(folder, "deep/er/a.bin"), SHA, {
      progress: (done, total) => told.push([done, total]),
    });
    expect(got).toEqual({ bytes: CONTENT.length, sha256: SHA, resumed: 0 });
    expect(await readFile(join(folder, "deep/er/a.bin"))).toEqual(CONTENT);
    expect(await readdir(join(folder, "deep/er"))).toEqual(["a.bin"]);
    expect(told.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
  });

  it("goes on where the connection broke, as often as it takes", async () => {
    answers.set("/a", cut(30_000, 3));
    const got = await download(`${base}/a`, join(folder, "a"), SHA, quick);
    expect(got.sha256).toBe(SHA);
    expect(asked.map(({ range }) => range)).toEqual([undefined, "bytes=30000-", "bytes=60000-", "bytes=90000-"]);
  });

  it("keeps what came when it gives up, and goes on from there the next time", async () => {
    answers.set("/a", cut(10_000, 4));
    const target = join(folder, "a");
    const failed = download(`${base}/a`, target, SHA, quick);
    await expect(failed).rejects.toThrow(FileError);
    await expect(failed).rejects.toMatchObject({ code: "FETCH_OFFLINE" });
    expect((await readdir(folder)).sort()).toEqual(["a.part", "a.part.version"]);
    const got = await download(`${base}/a`, target, SHA, quick);
    expect(got).toEqual({ bytes: CONTENT.length, sha256: SHA, resumed: 40_000 });
    expect(await readdir(folder)).toEqual(["a"]);
  });

  it("starts again when the file has changed since, or the server knows no parts", async () => {
    const target = join(folder, "a");
    await writeFile(
      `${target}.part`,
      CONTENT.subarray(0, 5000).map((byte) => byte ^ 255),
    );
    await writeFile(`${target}.part.version`, '"v0"');
    answers.set("/a", file(CONTENT));
    expect(await download(`${base}/a`, target, SHA, quick)).toMatchObject({ sha256: SHA, resumed: 0 });
    expect(asked[0]?.range).toBe("bytes=5000-");

    await rm(target);
    await writeFile(`${target}.part`, "rubbish without a mark");
    expect(await download(`${base}/a`, target, SHA, quick)).toMatchObject({ sha256: SHA, resumed: 0 });
    expect(asked.at(-1)?.range).toBeUndefined();
  });

  it("throws a damaged part away and fetches everything once more", async () => {
    const target = join(folder, "a");
    await writeFile(
      `${target}.part`,
      CONTENT.subarray(0, 5000).map((byte) => byte ^ 255),
    );
    await writeFile(`${target}.part.version`, '"v1"');
    answers.set("/a", file(CONTENT));
    expect(await download(`${base}/a`, target, SHA, quick)).toMatchObject({ sha256: SHA });
    expect(asked.map(({ range }) => range)).toEqual(["bytes=5000-", undefined]);
    // A part longer than the file.
    await rm(target);
    await writeFile(`${target}.part`, Buffer.alloc(CONTENT.length + 1));
    await writeFile(`${target}.part.version`, '"v1"');
    expect(await download(`${base}/a`, target, SHA, quick)).toMatchObject({ sha256: SHA });
  });

  it("keeps nothing whose checksum is wrong", async () => {
    answers.set("/a", file(Buffer.from("something else")));
    const failed = download(`${base}/a`, join(folder, "a"), SHA, quick);
    await expect(failed).rejects.toMatchObject({ code: "FETCH_CHECKSUM" });
    await expect(failed).rejects.toThrow(new RegExp(`the checksum is ${sum(Buffer.from("something else"))}; ${SHA}`));
    expect(await readdir(folder)).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it("follows redirects, and says in words what an answer without a file means", async () => {
    answers.set("/old", (_, response) => response.writeHead(302, { location: "/a" }).end());
    answers.set("/a", file(CONTENT));
    answers.set("/busy", (_, response) => response.writeHead(503).end());
    answers.set("/round", (_, response) => response.writeHead(302, { location: "/round" }).end());
    expect(await download(`${base}/old`, join(folder, "a"), SHA, quick)).toMatchObject({ sha256: SHA });
    await expect(download(`${base}/gone`, join(folder, "b"), SHA, quick)).rejects.toThrow(
      /no such file \(404\).*datasets info/,
    );
    await expect(download(`${base}/busy`, join(folder, "b"), SHA, quick)).rejects.toThrow(/answered 503/);
    await expect(download(`${base}/round`, join(folder, "b"), SHA, quick)).rejects.toThrow(/redirect/);
    expect(await readdir(folder)).toEqual(["a"]);
  });

  it("says when there is no network, when bytes stop coming, and when it is told to stop", async () => {
    await expect(download("http://127.0.0.1:1/a", join(folder, "a"), SHA, quick)).rejects.toThrow(
      /cannot be reached: .*HTTPS_PROXY/,
    );
    await expect(download("http://nowhere.invalid/a", join(folder, "a"), SHA, quick)).rejects.toMatchObject({
      code: "FETCH_OFFLINE",
    });
    answers.set("/slow", (_, response) => {
      response.writeHead(200, { "content-length": 10 });
      response.write("12345");
    });
    await expect(download(`${base}/slow`, join(folder, "a"), SHA, { ...quick, silence: 50 })).rejects.toThrow(
      /no answer came in time/,
    );
    const stop = new AbortController();
    const stopped = download(`${base}/slow`, join(folder, "b"), SHA, { ...quick, signal: stop.signal });
    setTimeout(() => stop.abort(), 30);
    await expect(stopped).rejects.toThrow(/abort/);
  });

  it("says when the disk is full or the folder cannot be written to", async () => {
    answers.set("/a", file(CONTENT));
    await writeFile(join(folder, "file"), "");
    await expect(download(`${base}/a`, join(folder, "file/a"), SHA, quick)).rejects.toMatchObject({
      code: "FILE_UNWRITABLE",
    });
    const full = Object.assign(new Error("write"), { code: "ENOSPC" });
    expect(fetchError(base, full)).toMatchObject({ code: "DISK_FULL" });
    expect(fetchError(base, new TypeError("fetch failed", { cause: full })).message).toMatch(/--dir/);
  });
});

describe("a data set", () => {
  it("is fetched once, and is there the next time", async () => {
    answers.set("/a", file(CONTENT));
    answers.set("/b", file(Buffer.from("b")));
    const set = served([{}, { path: "x/b.csv", address: `${base}/b`, sha256: sum(Buffer.from("b")) }]);
    const told: number[][] = [];
    const first = await fetchDataSet(set, { dir: folder, progress: (...numbers) => told.push(numbers) });
    expect(first.folder).toBe(join(folder, "served"));
    expect(first.files.map(({ path, state, checked }) => [path, state, checked])).toEqual([
      ["a.bin", "fetched", "published"],
      ["x/b.csv", "fetched", "published"],
    ]);
    expect(told.at(-1)).toEqual([2, 2, CONTENT.length + 1]);
    const requests = asked.length;
    const second = await fetchDataSet(set, { dir: folder });
    expect(second.files.map(({ state }) => state)).toEqual(["present", "present"]);
    expect(asked).toHaveLength(requests);
    expect((await fetchDataSet(set, { dir: folder, only: (path) => path.endsWith(".csv") })).files).toHaveLength(1);
  });

  it("records checksums that nobody published, and compares them later", async () => {
    answers.set("/a", file(CONTENT));
    const set = served([{ sha256: null }]);
    expect((await fetchDataSet(set, { dir: folder })).files[0]).toMatchObject({ checked: "first", sha256: SHA });
    expect(JSON.parse(await readFile(join(folder, "served/checksums.json"), "utf8"))).toEqual({ "a.bin": SHA });
    expect((await fetchDataSet(set, { dir: folder })).files[0]).toMatchObject({
      checked: "recorded",
      state: "present",
    });
    await rm(join(folder, "served/a.bin"));
    answers.set("/a", file(Buffer.from("changed by its publisher")));
    await expect(fetchDataSet(set, { dir: folder, ...quick })).rejects.toMatchObject({ code: "FETCH_CHECKSUM" });
  });

  it("comes from a mirror when one is named", async () => {
    answers.set("/mirror/served/a.bin", file(CONTENT));
    const set = served([{ address: `${base}/gone` }]);
    expect((await fetchDataSet(set, { dir: folder, mirror: `${base}/mirror/` })).files[0]).toMatchObject({
      sha256: SHA,
    });
    await expect(fetchDataSet(set, { dir: join(folder, "x"), mirror: "file:///etc" })).rejects.toThrow(
      /begins with http/,
    );
  });

  it("never replaces a file that is another one", async () => {
    answers.set("/a", file(CONTENT));
    await mkdir(join(folder, "served"));
    await writeFile(join(folder, "served/a.bin"), "mine");
    await expect(fetchDataSet(served([{}]), { dir: folder })).rejects.toThrow(/another file is there already/);
    expect(await readFile(join(folder, "served/a.bin"), "utf8")).toBe("mine");
  });

  it("ends at the first failure and keeps what it has", async () => {
    answers.set("/a", file(CONTENT));
    const set = served([{}, ...["b", "c", "d", "e"].map((path) => ({ path, address: `${base}/gone` }))]);
    await expect(fetchDataSet(set, { dir: folder, ...quick })).rejects.toMatchObject({ code: "FETCH_STATUS" });
  });

  it("says how a set is had that needs an account", async () => {
    const failed = fetchDataSet(pump, { dir: folder });
    await expect(failed).rejects.toMatchObject({ code: "FETCH_BY_HAND" });
    await expect(failed).rejects.toThrow(/kaggle datasets download/);
  });

  it("is kept in the user's cache folder", () => {
    expect(cacheFolder({ TELLTALE_CACHE: "/c" }, "linux")).toBe("/c/datasets");
    expect(cacheFolder({ XDG_CACHE_HOME: "/x" }, "linux")).toBe("/x/telltale/datasets");
    expect(cacheFolder({}, "linux")).toMatch(/\.cache\/telltale\/datasets$/);
    expect(cacheFolder({}, "darwin")).toMatch(/Library\/Caches\/telltale\/datasets$/);
    expect(cacheFolder({ LOCALAPPDATA: "/l" }, "win32")).toBe("/l/telltale/Cache/datasets");
  });
});
