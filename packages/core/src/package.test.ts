import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { VERSION } from "./version.js";

const folder = join(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
/** What is published: neither tests nor what only they use. */
const sources = globSync("src/**/*.ts", { cwd: folder, exclude: ["**/testing/**", "**/*.test.ts"] });

/** Module names in `import … from "x"`, `export … from "x"`, `import "x"`, `import("x")` and `require("x")`. */
function importedBy(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*["']([^"']+)["']/g)].map(
    (match) => match[1] as string,
  );
}

/** Example code in doc comments shows how a user imports the package; it is not an import of the package. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

describe("@telltale/core as a package", () => {
  it("has no dependency of any kind", () => {
    for (const kind of ["dependencies", "optionalDependencies", "peerDependencies", "bundleDependencies"]) {
      expect(manifest, kind).not.toHaveProperty(kind);
    }
  });

  it("knows its own version", () => {
    expect(VERSION).toBe(manifest.version);
  });

  it("runs no script when it is installed", () => {
    const scripts = Object.keys(manifest.scripts as object);
    expect(scripts.filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  });

  it("sees every way to import a module", () => {
    const text = 'import a from "a";\nexport * from "b";\nimport "c";\nconst d = await import("d");\nrequire("e");';
    expect(importedBy(text)).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("imports only its own files, so nothing of Node either", () => {
    expect(sources.length).toBeGreaterThan(5);
    const outside = sources.flatMap((file) =>
      importedBy(withoutComments(readFileSync(join(folder, file), "utf8")))
        .filter((name) => !/^\.{1,2}\//.test(name))
        .map((name) => `${file} imports ${name}`),
    );
    expect(outside).toEqual([]);
  });

  it("names no global that only Node has", () => {
    const named = sources.filter((file) =>
      /\b(?:process\.|Buffer\b|__dirname\b|__filename\b)/.test(
        withoutComments(readFileSync(join(folder, file), "utf8")),
      ),
    );
    expect(named).toEqual([]);
  });
});
