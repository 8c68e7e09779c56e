import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dataSets, generators, waterPump, waterPumpText } from "@telltale/datasets";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { telltale, temporaryFolder } from "../../test/command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let mirror: Server;
let address: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  mirror = createServer((request, response) => {
    if (request.url === "/nab/labels/combined_labels.json") response.end("{}");
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => mirror.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`;
});
afterAll(async () => {
  mirror.close();
  await folder.remove();
});

const run = (...args: string[]) => telltale(["datasets", ...args], { cwd: folder.path });

describe("telltale datasets", () => {
  it("lists what can be fetched and what can be simulated", async () => {
    const { stdout } = await run("list");
    for (const { name } of [...dataSets, ...generators]) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, "m"));
    const json = JSON.parse((await run("list", "--json")).stdout);
    expect(json.dataSets).toHaveLength(dataSets.length);
    expect(json.generators.map(({ name }: { name: string }) => name)).toEqual(generators.map(({ name }) => name));
  });

  it("says of each what its columns and labels are, its licence, and how it is had", async () => {
    const skab = (await run("info", "SKAB")).stdout;
    expect(skab).toMatch(/licence +GPL-3\.0/);
    expect(skab).toMatch(/label +anomaly: 1\.0 while/);
    expect(skab).toMatch(/to have it +telltale datasets fetch skab/);
    expect((await run("info", "adbench")).stdout).toMatch(
      /16 verified by their checksums; those of the others are recorded/,
    );
    expect((await run("info", "kaggle-pump")).stdout).toMatch(/Sign in at https:\/\/www\.kaggle\.com/);
    expect((await run("info", "nine-columns")).stdout).toMatch(/generate nine-columns --seed 1/);
    expect(JSON.parse((await run("info", "ett", "--json")).stdout).files[1].path).toBe("ETTh2.csv");
  });

  it("fetches, verifies, and prints the folder alone", async () => {
    const fetched = await run(
      "fetch",
      "nab",
      "--dir",
      "sets",
      "--only",
      "labels/combined_labels.json",
      "--mirror",
      address,
    );
    expect(fetched.code, fetched.stderr).toBe(0);
    expect(fetched.stdout).toBe("sets/nab\n");
    expect(fetched.stderr).toMatch(/1 fetched, 0 there already.*recorded for the next time/);
    expect((await readdir(folder.file("sets/nab"))).sort()).toEqual(["checksums.json", "labels"]);
    const again = await run("fetch", "nab", "--dir", "sets", "--only", "labels/combined_labels.json", "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({
      folder: "sets/nab",
      files: [{ state: "present", checked: "recorded", sha256: createHash("sha256").update("{}").digest("hex") }],
    });
  });

  it("says in words what went wrong", async () => {
    for (const [args, code, message] of [
      [["fetch", "skab", "--dir", "sets", "--mirror", address], 1, /no such file \(404\)/],
      [["fetch", "skab", "--dir", "sets", "--mirror", "http://127.0.0.1:1"], 1, /cannot be reached.*Check the network/],
      [["fetch", "pump"], 1, /cannot be fetched by a program.*kaggle datasets download/],
      [["fetch", "skab", "--only", "valve9"], 2, /no file or folder "valve9"/],
      [["fetch", "skab", "--mirror", "ftp://x"], 2, /begins with http/],
      [["info", "nothing"], 2, /There are skab, .*pump-rig/],
      [["generate", "pump"], 2, /There are pump-rig/],
      [["generate", "pump-rig", "--rows", "10"], 2, /need at least 240 rows/],
      [["generate", "pump-rig", "--out", "rig.parquet"], 2, /has to end in \.csv/],
      [["generate", "pump-rig", "--out", "no/where.csv"], 1, /does not exist/],
    ] as const) {
      const ended = await run(...args);
      expect(ended.stderr).toMatch(message);
      expect(ended.code, args.join(" ")).toBe(code);
      expect(ended.stdout).toBe("");
    }
  });

  it("simulates data, to a file or to standard output, with the bytes that the library gives", async () => {
    const { code, stderr } = await run("generate", "water-pump", "--seed", "5", "--rows", "2000", "--out", "pump.csv");
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/wrote pump\.csv, 2,000 rows/);
    const expected = [...waterPumpText(waterPump({ seed: 5, rows: 2000 }))].join("");
    expect(await readFile(folder.file("pump.csv"), "utf8")).toBe(expected);
    const healthy = await run("generate", "pump-rig", "--rows", "50", "--healthy");
    expect(healthy.stdout.trim().split("\r\n")).toHaveLength(51);
    const told = await run("generate", "nine-columns", "--rows", "100", "--out", "nine.csv", "--json");
    expect(JSON.parse(told.stdout)).toMatchObject({ name: "nine-columns", seed: 0, rows: 100, out: "nine.csv" });
  });
});
