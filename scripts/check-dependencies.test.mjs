import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkDependencies } from "./check-dependencies.mjs";

let root;

function write(file, text) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const check = () => checkDependencies(root).problems.join("\n");

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "telltale-dependencies-"));
  write("package.json", JSON.stringify({ workspaces: ["packages/*"], devDependencies: { vitest: "1" } }));
  write("packages/core/package.json", JSON.stringify({ name: "@telltale/core" }));
  write(
    "packages/data/package.json",
    JSON.stringify({ name: "@telltale/data", dependencies: { "@telltale/core": "1" } }),
  );
  write("packages/core/src/errors.ts", "export const code = 1;\n");
  write("packages/core/src/matrix.ts", 'import { code } from "./errors.js";\nexport const matrix = code;\n');
  write(
    "packages/core/src/matrix.test.ts",
    'import "node:fs";\nimport { it } from "vitest";\nimport "./matrix.js";\nit("", () => {});\n',
  );
  write(
    "packages/data/src/index.ts",
    'import { code } from "@telltale/core";\nimport "node:fs";\nexport default code;\n',
  );
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("check-dependencies", () => {
  it("accepts imports that point the right way", () => {
    expect(checkDependencies(root)).toEqual({ problems: [], files: 4 });
  });

  it.each([
    ["packages/core/src/errors.ts", 'import "node:fs";', "core runs in browsers and may not import node:fs"],
    ["packages/core/src/errors.ts", 'await import("node:os");', "core runs in browsers and may not import node:os"],
    ["packages/core/src/errors.ts", 'export * from "@telltale/data";', "@telltale/core may not import @telltale/data"],
    [
      "packages/core/src/errors.ts",
      'import "./matrix.js";',
      "errors.ts may not import matrix.ts, which is of a higher layer",
    ],
    ["packages/core/src/errors.ts", 'import type { X } from "./matrix.js";', "errors.ts may not import matrix.ts"],
    ["packages/core/src/detectors/tabular/a/a.ts", 'import "../b/b.js";', "detector a imports detector b"],
    ["packages/core/src/errors.ts", 'import "../../data/src/index.js";', "leaves the package's src"],
    ["packages/core/src/errors.ts", 'import "./matrix.test.js";', "nothing imports a test"],
    ["packages/core/src/matrix.ts", 'import "./testing/a.js";', "testing/a.ts is for tests only"],
    ["packages/data/src/a.ts", 'import "#no-such";', "#no-such is not among the imports in packages/data/package.json"],
    ["packages/data/src/a.ts", 'import "telltale";', "@telltale/data may not import telltale"],
    ["packages/data/src/a.ts", 'import "@telltale/bench";', "@telltale/data may not import @telltale/bench"],
    [
      "packages/data/src/a.ts",
      'import "lodash/fp";',
      "lodash is not among the dependencies in packages/data/package.json",
    ],
    ["packages/data/src/a.ts", 'import "vitest";', "vitest is not among the dependencies"],
    ["packages/data/src/a.ts", 'import "@telltale/data";', "a package imports itself by a relative path"],
  ])("refuses in %s: %s", (file, text, complaint) => {
    write(file, `${text}\nexport {};\n`);
    const found = check();
    expect(found).toContain(`${file}:1: `);
    expect(found).toContain(complaint);
  });

  it("lets what only tests use import what tests may", () => {
    write("packages/data/src/testing/fixtures.ts", 'import "vitest";\nexport {};\n');
    write("packages/data/src/a.test.ts", 'import "./testing/fixtures.js";\n');
    expect(check()).toBe("");
  });

  it("refuses import cycles, except of types", () => {
    write("packages/data/src/a.ts", 'import { b } from "./b.js";\nexport const a = () => b;\n');
    write(
      "packages/data/src/b.ts",
      'import type { a } from "./a.js";\nexport const b = 1;\nexport type A = typeof a;\n',
    );
    expect(check()).toBe("");
    write("packages/data/src/b.ts", 'import { a } from "./a.js";\nexport const b = () => a;\n');
    expect(check()).toContain("import cycle: a.ts → b.ts → a.ts");
  });

  it("asks once for the place of an unknown layer", () => {
    write("packages/core/src/oddments/a.ts", 'import "../errors.js";\nimport "../matrix.js";\n');
    const { problems } = checkDependencies(root);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain("packages/core/src/oddments is in no layer");
  });

  it("refuses a dependency of core", () => {
    write("packages/core/package.json", JSON.stringify({ name: "@telltale/core", dependencies: { lodash: "1" } }));
    expect(check()).toContain("packages/core/package.json: core has no dependency");
  });
});
