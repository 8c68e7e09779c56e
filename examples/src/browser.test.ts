import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load, pipeline, quantile, standardize } from "@telltale/core";
import { pumpRig, pumpRigCsv } from "@telltale/datasets";
import { autoencoder, lstmAutoencoder } from "@telltale/deep";
import { chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSeries } from "./reading/series.ts";
import { CHROMIUM, serve } from "./testing/browser.ts";

if (CHROMIUM === undefined) console.warn("skipped: there is no Chromium; install one, or name it in CHROMIUM");

describe.skipIf(CHROMIUM === undefined)("the page in Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "telltale-page-"));
  const complaints: string[] = [];
  let page: Page;
  let close: () => Promise<void>;

  beforeAll(async () => {
    execFileSync(process.execPath, [fileURLToPath(new URL("../browser/build.mjs", import.meta.url)), folder]);
    const server = await serve(folder);
    const browser = await chromium.launch({
      executablePath: CHROMIUM as string,
      args: ["--no-sandbox", "--disable-gpu"],
    });
    page = await browser.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(server.address);
    close = async () => {
      await browser.close();
      server.close();
    };
  }, 120_000);

  afterAll(async () => {
    await close?.();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The scores of the file that the page offers. */
  async function savedScores(): Promise<number[]> {
    const saved = await page.evaluate(() =>
      fetch((document.querySelector("#save") as HTMLAnchorElement).href).then((r) => r.text()),
    );
    const lines = saved.trim().split("\n").slice(1);
    return lines.map((line) => Number(line.split(",")[1]));
  }

  it("scores the sample with the scores that Node gives, bit for bit", async () => {
    await page.click("#sample");
    await page.waitForSelector("#save:not([hidden])");
    expect(await page.textContent("#said")).toMatch(/^2000 rows scored in .* s; \d+ flagged\.$/);
    expect(await page.locator("#worst tbody tr").count()).toBe(10);
    expect(await page.locator("#course polyline").count()).toBe(1);
    const [series] = await readSeries([join(folder, "sample.csv")], {
      time: "datetime",
      drop: ["anomaly", "changepoint", "fault"],
    });
    const scores = load(readFileSync(join(folder, "sample.safetensors"))).scoreSync(
      series?.x ?? { data: new Float64Array(0), rows: 0, cols: 0 },
    );
    expect(await savedScores()).toEqual([...scores]);
    expect(complaints).toEqual([]);
  });

  it.each([
    lstmAutoencoder({ window: 8, units: 6, epochs: 2, windowScore: "ending" }),
    autoencoder({ hidden: "8,2,8", epochs: 3 }),
  ])("scores with a network that learned in Node, bit for bit: $spec.name", async (detector) => {
    const healthy = pumpRig({ seed: 7, rows: 600, faults: [] }).matrix;
    const model = await pipeline({ steps: [standardize()], detector, threshold: quantile(0.99) }).fit(healthy);
    writeFileSync(join(folder, "network.safetensors"), model.save());
    const rig = pumpRig({ seed: 8, rows: 300 });
    writeFileSync(join(folder, "network.csv"), pumpRigCsv(rig));
    await page.reload();
    await page.setInputFiles("#model", join(folder, "network.safetensors"));
    await page.waitForFunction(
      (name) => document.querySelector("#said")?.textContent?.includes(name),
      detector.spec.name,
    );
    await page.setInputFiles("#csv", join(folder, "network.csv"));
    await page.waitForSelector("#save:not([hidden])");
    expect(await savedScores()).toEqual([...(await model.score(rig.matrix))]);
    expect(complaints).toEqual([]);
  });

  it("takes a model and a dropped file, and says in words what is wrong with them", async () => {
    await page.reload();
    await page.setInputFiles("#model", join(folder, "sample.safetensors"));
    await page.waitForFunction(() => document.querySelector("#said")?.textContent?.includes("isolation-forest"));
    const dropText = async (text: string) => {
      const transfer = await page.evaluateHandle((content) => {
        const data = new DataTransfer();
        data.items.add(new File([content], "dropped.csv", { type: "text/csv" }));
        return data;
      }, text);
      await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
    };
    const lines = readFileSync(join(folder, "sample.csv"), "utf8").split("\r\n");
    await dropText(lines.slice(0, 51).join("\n"));
    await page.waitForFunction(() => document.querySelector("#said")?.textContent?.startsWith("50 rows scored"));
    await dropText("a,b\n1,2\n");
    await page.waitForFunction(() =>
      document.querySelector("#wrong")?.textContent?.includes('no column "Accelerometer1RMS"'),
    );
    await dropText([lines[0], (lines[1] ?? "").replace(/;[^;]*;/, ";much;")].join("\n"));
    await page.waitForFunction(() => document.querySelector("#wrong")?.textContent?.includes('found "much"'));
    writeFileSync(join(folder, "bad.safetensors"), "nothing");
    await page.setInputFiles("#model", join(folder, "bad.safetensors"));
    await page.waitForFunction(() => document.querySelector("#wrong")?.textContent?.includes("model file"));
    expect(complaints).toEqual([]);
  });
});
