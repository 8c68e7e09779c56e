import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { startBrowser } from "./browser.js";

/** A page in Chromium, opened from disk, with what it complained about. */
export class View {
  readonly complaints: string[] = [];
  readonly browser: Browser;
  readonly page: Page;
  readonly #folder: string;

  private constructor(browser: Browser, page: Page, folder: string) {
    this.browser = browser;
    this.page = page;
    this.#folder = folder;
  }

  static async open(html: string): Promise<View> {
    const folder = await mkdtemp(join(tmpdir(), "telltale-report-"));
    const file = join(folder, "page.html");
    await writeFile(file, html);
    const browser = await startBrowser();
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme: "light" });
    const view = new View(browser, page, folder);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") view.complaints.push(message.text());
    });
    page.on("pageerror", (error) => view.complaints.push(error.message));
    page.on("dialog", (dialog) => {
      view.complaints.push(`it says ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) view.complaints.push(`it asks for ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    return view;
  }

  /** Where the page lies. */
  get address(): string {
    return this.page.url();
  }

  /** What axe finds wrong with a theme. */
  async barriers(theme: "light" | "dark"): Promise<string[]> {
    await this.page.evaluate((name) => {
      document.documentElement.dataset.theme = name;
    }, theme);
    await this.page.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    return this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(context: unknown): Promise<{ violations: { id: string; help: string }[] }> };
      };
      // A chart is one image to axe; the thousands of shapes inside only cost time.
      return (await axe.run({ exclude: [["[data-chart] svg"]] })).violations.map(({ id, help }) => `${id}: ${help}`);
    });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
