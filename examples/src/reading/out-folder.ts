import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Chart, type Report, toHtml, toSvg } from "@telltale/report";

/** The folder that an example writes into. */
export class OutFolder {
  readonly path: string;

  constructor(path: string) {
    mkdirSync(path, { recursive: true });
    this.path = path;
  }

  /** Path of a file in it. */
  file(name: string): string {
    return join(this.path, name);
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.file(name), content);
    return this.file(name);
  }

  report(name: string, report: Report): string {
    return this.write(name, toHtml(report));
  }

  picture(chart: Chart): string {
    return this.write(`${chart.name}.svg`, toSvg(chart));
  }
}
