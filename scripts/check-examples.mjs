// Type-checks and runs every `ts` code block of the doc comments, the READMEs and the pages of docs/, and compares what `console.log` prints
// with the comment that stands behind it (blanks and quotes aside; `…` stands for anything). Needs a build.
// A block fenced as `ts no-run` is type-checked only: it may name files that are not there.
import { spawn, spawnSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, ".examples");
const TIME_LIMIT = 60_000;

/** The blocks of one file: `{ file, line, run, code }`. In TypeScript only those inside doc comments count. */
function blocksOf(file) {
  const text = readFileSync(join(root, file), "utf8");
  const markdown = file.endsWith(".md");
  const fence = markdown ? /^```ts( no-run)?\n([\s\S]*?)^```$/gm : /^ *\* ```ts( no-run)?\n([\s\S]*?)^ *\* ```$/gm;
  return [...text.matchAll(fence)].map(({ index, 1: noRun, 2: body }) => ({
    file,
    line: text.slice(0, index).split("\n").length,
    run: noRun === undefined,
    code: markdown ? body : body.replace(/^ *\* ?/gm, ""),
  }));
}

/** What the comments promise, one entry for each `console.log`; undefined where nothing is promised. */
function promises(code) {
  return code
    .split("\n")
    .filter((line) => /\bconsole\.log\(/.test(line))
    .map((line) => /;\s*\/\/\s*(.+)$/.exec(line)?.[1]);
}

const bare = (text) => text.replace(/[\s"'`]/g, "");

function matches(printed, promised) {
  const parts = bare(promised).split("…");
  const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(`^${pattern}$`, "s").test(bare(printed));
}

/** Type-checks all blocks at once and marks those that fail as not to be run; returns what is wrong. */
function compileAll(blocks) {
  const names = blocks.map((block, i) => {
    // An example is a module even when it imports nothing.
    writeFileSync(join(folder, `${i}.ts`), `${block.code}\nexport {};\n`);
    return `${i}.ts`;
  });
  const compilerOptions = {
    target: "ES2023",
    module: "nodenext",
    lib: ["ES2023", "ESNext.Disposable"],
    types: ["node"],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: names }));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
    cwd: folder,
    encoding: "utf8",
  });
  return stdout.split("\n").flatMap((text) => {
    const found = /^(\d+)\.ts\((\d+),\d+\): (.*)$/.exec(text);
    if (!found) return text.startsWith("error") ? [text] : [];
    const block = blocks[Number(found[1])];
    block.run = false;
    return [`${block.file}:${block.line + Number(found[2])}: ${found[3]}`];
  });
}

function runOne(block, i) {
  const cwd = join(folder, `run-${i}`);
  mkdirSync(cwd);
  const args = ["--disable-warning=ExperimentalWarning", "--import", "../record.mjs", join(folder, `${i}.ts`)];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"], timeout: TIME_LIMIT });
    let out = "";
    let err = "";
    child.stdout.on("data", (bytes) => {
      out += bytes;
    });
    child.stderr.on("data", (bytes) => {
      err += bytes;
    });
    child.on("close", (code) => {
      const at = `${block.file}:${block.line}`;
      if (code !== 0) return resolve([`${at}: the example failed (exit ${code})\n${err.trim()}`]);
      const printed = out.split("\n").flatMap((line) => (line.startsWith("\u0001") ? [JSON.parse(line.slice(1))] : []));
      const promised = promises(block.code);
      if (promised.every((text) => text === undefined)) return resolve([]);
      if (printed.length !== promised.length) {
        return resolve([`${at}: ${promised.length} console.log in the text, ${printed.length} when it ran`]);
      }
      resolve(
        promised.flatMap((text, k) =>
          text === undefined || matches(printed[k], text) ? [] : [`${at}: says // ${text}\n  but prints ${printed[k]}`],
        ),
      );
    });
  });
}

const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const patterns = workspaces.flatMap((place) => [`${place}/src/**/*.ts`, `${place}/README.md`]);
const files = globSync(["README.md", "docs/*.md", "docs/guides/*.md", ...patterns], { cwd: root })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => !file.endsWith(".test.ts"))
  .sort();
const blocks = files.flatMap(blocksOf);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
writeFileSync(
  join(folder, "record.mjs"),
  'import { format } from "node:util";\n' +
    'console.log = (...args) => process.stdout.write("\\u0001" + JSON.stringify(format(...args)) + "\\n");\n',
);
const problems = compileAll(blocks);
const queue = blocks.map((block, i) => [block, i]).filter(([block]) => block.run);
const runs = queue.length;
const worker = async () => {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) problems.push(...(await runOne(...next)));
};
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
rmSync(folder, { recursive: true, force: true });

for (const problem of problems.sort()) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`examples: ${blocks.length} type-checked, ${runs} run`);
