import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as conformance from "./conformance/conformance.js";
import * as core from "./index.js";

const folder = join(import.meta.dirname, "..");
const MODULES: Record<string, object> = { "@telltale/core": core, "@telltale/core/conformance": conformance };

/** Every ```ts block of the README and of the doc comments, with where it stands. */
const examples = ["README.md", ...globSync("src/**/*.ts", { cwd: folder, exclude: ["**/*.test.ts"] })].flatMap(
  (file) => {
    const text = readFileSync(join(folder, file), "utf8");
    return [...text.matchAll(/^( \* )?```ts\n([\s\S]*?)^(?: \* )?```$/gm)].map((found) => ({
      place: `${file}:${text.slice(0, found.index).split("\n").length}`,
      code: (found[2] as string).replace(/^ \* ?/gm, ""),
    }));
  },
);

/** A value as the comment behind a console.log shows it. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(quoted).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${quoted(each)}`)
    .join(", ")} }`;
}

function quoted(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : shown(value);
}

/** Runs an example; gives back what it printed. */
async function run(code: string): Promise<string[]> {
  const printed: string[] = [];
  const body = code.replace(
    /^import \{([^}]*)\} from "([^"]+)";$/gm,
    (_, names, module) => `const {${names}} = modules[${JSON.stringify(module)}];`,
  );
  const { outputText } = ts.transpileModule(body, { compilerOptions: { target: ts.ScriptTarget.ES2023 } });
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
  const log = (...values: unknown[]) => printed.push(values.map(shown).join(" "));
  await AsyncFunction("modules", "console", outputText.replace(/^export \{\s*\};?$/m, ""))(MODULES, { log });
  return printed;
}

describe("examples", () => {
  it("are found, and every public factory has one", () => {
    expect(examples.length).toBeGreaterThan(20);
    const all = examples.map(({ code }) => code).join("\n");
    const camel = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    // What another export already has the name of is exported under a longer one.
    const exported = (factory: unknown) => Object.entries(core).find(([, value]) => value === factory)?.[0];
    const factories = [
      ...core.registry.list().map((factory) => exported(factory) ?? camel(factory.spec.name)),
      ...core.stepFactories.map(({ spec }) => camel(spec.name)),
      ...core.thresholdRules.map(({ name }) => camel(name)),
    ];
    for (const name of factories) expect(all).toMatch(new RegExp(`\\b${name}\\(`));
  });

  it.each(examples)("$place", async ({ code }) => {
    const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map((found) => found[1]);
    expect(code).not.toMatch(/^import (?!\{[^}]*\} from "@telltale\/core(\/conformance)?";$)/m);
    expect(await run(code)).toEqual(promised);
  });
});
