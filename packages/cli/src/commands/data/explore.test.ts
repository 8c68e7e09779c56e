import { readFile, writeFile } from "node:fs/promises";
import { pumpRig, pumpRigCsv } from "@telltale/datasets";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../run.js";
import { temporaryFolder } from "../../test/command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let rig: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  rig = folder.file("rig.csv");
  await writeFile(rig, pumpRigCsv(pumpRig({ seed: 3, rows: 1500 })));
});
afterAll(() => folder.remove());

/** Runs a command in this process. */
async function telltale(...args: string[]) {
  let [stdout, stderr] = ["", ""];
  const code = await run(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

describe("telltale explore", () => {
  it("says what a file holds, and what may be wrong", async () => {
    const { code, stdout, stderr } = await telltale(
      "explore",
      rig,
      "--label",
      "anomaly",
      "--drop",
      "changepoint,fault",
    );
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1,500 rows of 1 file, \d+ columns\n/);
    expect(stdout).toMatch(/datetime +times \(time\)/);
    expect(stdout).toMatch(/anomaly: \d+ anomalies \([\d.]+ %\) in \d+ episodes/);
    expect(stdout).toContain("What stands out");
  });

  it("gives a program the same as JSON", async () => {
    const { stdout } = await telltale("explore", rig, "--label", "anomaly", "--split", "0.5", "--json");
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({
      rows: 1500,
      files: 1,
      sources: [rig],
      split: { row: 750 },
      labels: { column: "anomaly" },
    });
    expect(found.columns).toHaveLength(12);
  });

  it("writes a page, for names that are scripts, too", async () => {
    const nasty = folder.file("nasty.csv");
    await writeFile(nasty, `"<script>alert(1)</script>","b\u001b[31m"\n1,2\n3,5\n4,4\n`);
    const page = folder.file("page.html");
    const { code, stdout, stderr } = await telltale("explore", nasty, "--report", page);
    expect(code).toBe(0);
    expect(stderr).toContain(`report written to ${page}`);
    expect(stdout).not.toContain("\u001b");
    const html = await readFile(page, "utf8");
    expect(html).toContain("<h1>nasty.csv</h1>");
    expect(html).not.toContain("<script>alert");
  });

  it.each([
    ["a column that is not there", ["--drop", "flow,nothing"], 1, /column "nothing"|column "flow"/],
    ["a split that is none", ["--split", "1.5"], 2, /share between 0 and 1/],
    ["a label of other values", ["--label", "Pressure"], 1, /a label must be 0 or 1/],
    ["the page over the data", ["--report", "SELF"], 2, /one of the files that are read/],
  ])("refuses %s", async (_, flags, expected, text) => {
    const { code, stderr } = await telltale("explore", rig, ...flags.map((flag) => (flag === "SELF" ? rig : flag)));
    expect(stderr).toMatch(text);
    expect(code).toBe(expected);
  });
});

describe("telltale fit --report", () => {
  it("writes a page about the training", async () => {
    const [model, page] = [folder.file("fitted.safetensors"), folder.file("fitted.html")];
    const args = ["fit", "boosted-trees", rig, "--label", "anomaly", "--drop", "changepoint,fault", "--rounds", "5"];
    const { code, stderr } = await telltale(...args, "--model", model, "--report", page);
    expect(stderr).toContain(`report written to ${page}`);
    expect(code).toBe(0);
    const html = await readFile(page, "utf8");
    expect(html).toContain("<h1>boosted-trees trained on rig.csv</h1>");
    expect(html).toContain("Importance of columns");
    await telltale("fit", "z-score", rig, "--drop", "anomaly,changepoint,fault", "--model", model, "--report", page);
    expect(await readFile(page, "utf8")).toMatch(/1,500 training rows, [\d,]+ of them above the threshold/);
    const over = await telltale(...args, "--model", model, "--report", rig);
    expect(over.stderr).toContain("one of the files that are read");
    expect(over.code).toBe(2);
  });
});

describe("telltale plot", () => {
  it.each([
    "course",
    "missing",
    "distribution",
    "correlation",
    "scatter",
    "components",
    "classes",
    "sampling",
    "autocorrelation",
  ])("draws %s", async (kind) => {
    const out = folder.file(`${kind}.svg`);
    const { code, stderr } = await telltale(
      "plot",
      kind,
      rig,
      "--label",
      "anomaly",
      "--drop",
      "changepoint,fault",
      "--out",
      out,
    );
    expect(stderr).toBe(`picture written to ${out}\n`);
    expect(code).toBe(0);
    expect(await readFile(out, "utf8")).toMatch(/^<svg /);
  });

  it("draws what a model says, in every format", async () => {
    const model = folder.file("rig.safetensors");
    const fitted = await telltale(
      "fit",
      "isolation-forest",
      rig,
      "--drop",
      "anomaly,changepoint,fault",
      "--model",
      model,
      "-q",
    );
    expect(fitted.stderr).toBe("");
    const kinds = ["over-time", "anomalies", "histogram", "box", "roc", "pr", "cost", "confusion", "contributions"];
    const formats = ["svg", "png", "html", "json", "csv"];
    for (const [k, kind] of kinds.entries()) {
      const out = folder.file(`${kind}.${formats[k % formats.length]}`);
      const { code, stderr } = await telltale(
        "plot",
        kind,
        rig,
        "--model",
        model,
        "--label",
        "anomaly",
        "--out",
        out,
        "-q",
      );
      expect(stderr).toBe("");
      expect(code).toBe(0);
    }
    expect((await readFile(folder.file("anomalies.png"))).subarray(1, 4).toString()).toBe("PNG");
    expect(await readFile(folder.file("histogram.html"), "utf8")).toContain("<!doctype html>");
    expect(JSON.parse(await readFile(folder.file("box.json"), "utf8"))).toMatchObject({ name: "score-box-plot" });
    expect(await readFile(folder.file("roc.csv"), "utf8")).toMatch(/^threshold,false alarm rate,recall\n/);

    const scores = folder.file("scores.csv");
    await telltale("score", model, rig, "--out", scores, "-q");
    const page = folder.file("scores.svg");
    const { stdout } = await telltale("plot", "over-time", scores, "--out", page);
    expect(stdout).toMatch(/^Scores over time\. 1,500 rows, \d+ of them flagged/);
    const loss = await telltale("plot", "loss", model, "--out", page);
    expect(loss.stderr).toContain("a model of isolation-forest keeps no losses");
  });

  it("draws what an autoencoder encodes, and its loss", async () => {
    const model = folder.file("ae.safetensors");
    const args = ["--drop", "anomaly,changepoint,fault", "--scale", "standard", "--hidden", "6,2,6", "--epochs", "3"];
    const fitted = await telltale("fit", "autoencoder", rig, ...args, "--model", model, "-q");
    expect(fitted.stderr).toBe("");
    const out = folder.file("latent.csv");
    const { code, stderr } = await telltale(
      "plot",
      "latent",
      rig,
      "--model",
      model,
      "--label",
      "anomaly",
      "--out",
      out,
      "-q",
    );
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(await readFile(out, "utf8")).toMatch(/^[^,\n]+,[^,\n]+,label\n/);
    const loss = await telltale("plot", "loss", model, "--out", folder.file("loss.svg"));
    expect(loss.stdout).toMatch(/^Loss over 3 epochs\./);
    const none = await telltale("plot", "latent", rig, "--out", out);
    expect(none.stderr).toContain("a picture of latent is of a model");
    expect(none.code).toBe(2);
  });

  it("says as JSON what it drew", async () => {
    const out = folder.file("pair.csv");
    const { stdout } = await telltale("plot", "scatter", rig, "--pair", "Pressure,Current", "--out", out, "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      picture: out,
      format: "csv",
      kind: "scatter",
      title: "Pressure and Current",
    });
    expect(await readFile(out, "utf8")).toMatch(/^Pressure,Current\n/);
  });

  it.each([
    ["a kind that is none", ["pie", "RIG", "--out", "x.svg"], 2, /Allowed choices are course, missing/],
    ["a format that is none", ["course", "RIG", "--out", "x.jpg"], 2, /found \.jpg/],
    ["no format", ["course", "RIG", "--out", "x"], 2, /found none/],
    ["classes without labels", ["classes", "RIG", "--out", "x.svg"], 2, /--label/],
    ["a split without a place", ["split", "RIG", "--out", "x.svg"], 2, /--split 0\.7/],
    [
      "a file without scores",
      ["roc", "RIG", "--label", "anomaly", "--out", "x.svg"],
      1,
      /column "score": there is no such column/,
    ],
    [
      "a curve without labels",
      ["roc", "RIG", "--score", "Pressure", "--out", "x.svg"],
      2,
      /a picture of roc needs labels/,
    ],
    ["contributions without a model", ["contributions", "RIG", "--score", "Pressure", "--out", "x.svg"], 2, /--model/],
    ["a pair of one", ["scatter", "RIG", "--pair", "Pressure", "--out", "x.svg"], 2, /two columns, as a,b/],
    [
      "a pair that is not there",
      ["scatter", "RIG", "--pair", "Pressure,nothing", "--out", "x.svg"],
      1,
      /column "nothing"/,
    ],
  ])("refuses %s", async (_, args, expected, text) => {
    const { code, stderr } = await telltale("plot", ...args.map((arg) => (arg === "RIG" ? rig : arg)));
    expect(stderr).toMatch(text);
    expect(code).toBe(expected);
  });
});
