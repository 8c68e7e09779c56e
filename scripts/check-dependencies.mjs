// Keeps the dependencies pointing one way: which package may import which, what core may use, the order of the layers
// inside core, detectors apart from each other, and no import cycle. Run by `npm run lint`.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Folder of each package → the workspace packages it may import. Nothing may import telltale (cli) or bench. */
const MAY_IMPORT = {
  "packages/core": [],
  "packages/data": ["@telltale/core"],
  "packages/deep": ["@telltale/core"],
  "packages/report": ["@telltale/core"],
  native: ["@telltale/core"],
  datasets: ["@telltale/core"],
  "packages/cli": [
    "@telltale/core",
    "@telltale/data",
    "@telltale/datasets",
    "@telltale/deep",
    "@telltale/native",
    "@telltale/report",
  ],
  bench: ["@telltale/core", "@telltale/data", "@telltale/datasets", "@telltale/deep", "@telltale/native"],
};

/** Layers of core, lowest first: a file imports from its own layer or a lower one. A name is a folder or a file of src. */
const CORE_LAYERS = [
  ["errors"],
  ["matrix", "random", "math"],
  ["params"],
  ["kernels"],
  ["thresholds", "metrics"],
  ["detectors"],
  ["pipeline"],
  ["registry"],
  ["model-file"],
  ["index"],
];

const CORE = "packages/core";
const problems = [];

/** Every module a source file imports: `{ specifier, typeOnly, line }`. */
function importsOf(source) {
  const found = [];
  const add = (node, specifier, typeOnly) =>
    found.push({ specifier, typeOnly, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1 });
  const visit = (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      const typeOnly = ts.isImportDeclaration(node)
        ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : node.isTypeOnly;
      add(node, node.moduleSpecifier.text, typeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteralLike(argument)) add(node, argument.text, false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal.text, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function packageOf(specifier) {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0];
}

function layerOf(path) {
  const [first] = path.replace(/\.ts$/, "").split("/");
  return CORE_LAYERS.findIndex((names) => names.includes(first));
}

function detectorOf(path) {
  return /^detectors\/([^/]+)\//.exec(path)?.[1];
}

function checkCore(file, line, from, to) {
  const [a, b] = [layerOf(from), layerOf(to)];
  for (const [path, layer] of [
    [from, a],
    [to, b],
  ]) {
    if (layer < 0) {
      problems.push(
        `${file}:${line}: ${path} belongs to no layer; name it in CORE_LAYERS (scripts/check-dependencies.mjs)`,
      );
      return;
    }
  }
  if (a < b) {
    problems.push(`${file}:${line}: ${CORE_LAYERS[a].join("/")} may not import ${to}, which is of a higher layer`);
  }
  const [mine, other] = [detectorOf(from), detectorOf(to)];
  if (mine && other && mine !== other) {
    problems.push(
      `${file}:${line}: detector ${mine} imports detector ${other}; what they share goes to math/ or a kernel`,
    );
  }
}

function checkExternal(folder, file, { specifier, typeOnly, line }, manifest, isTest) {
  if (specifier.startsWith("node:")) {
    if (folder === CORE && !isTest)
      problems.push(`${file}:${line}: core runs in browsers and may not import ${specifier}`);
    return;
  }
  const name = packageOf(specifier);
  if (name === manifest.name) {
    problems.push(`${file}:${line}: a package imports itself by a relative path, not as ${specifier}`);
    return;
  }
  if (/^(@telltale\/|telltale$)/.test(name) && !MAY_IMPORT[folder].includes(name)) {
    problems.push(`${file}:${line}: ${manifest.name} may not import ${name}`);
    return;
  }
  const declared = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies };
  const forTests = { ...manifest.devDependencies, ...workspace.devDependencies };
  if (name in declared || ((isTest || typeOnly) && name in forTests)) return;
  problems.push(`${file}:${line}: ${name} is not among the dependencies in ${folder}/package.json`);
}

/** Reports each import cycle of a package once; type-only imports vanish at run time and do not count. */
function checkCycles(graph) {
  const state = new Map();
  const walk = (file, path) => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      problems.push(`import cycle: ${[...path.slice(path.indexOf(file)), file].join(" → ")}`);
      return;
    }
    state.set(file, "open");
    for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    state.set(file, "done");
  };
  for (const file of graph.keys()) walk(file, []);
}

const workspace = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folders = globSync(
  workspace.workspaces.map((folder) => `${folder}/package.json`),
  { cwd: root },
).map((file) => dirname(file).split(sep).join("/"));
let count = 0;

for (const folder of folders.sort()) {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  if (!(folder in MAY_IMPORT)) {
    problems.push(`${folder}: say in scripts/check-dependencies.mjs which packages ${manifest.name} may import`);
    continue;
  }
  if (folder === CORE && Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }).length > 0) {
    problems.push(`${folder}/package.json: core has no dependency`);
  }
  const src = join(root, folder, "src");
  const graph = new Map();
  for (const name of globSync("**/*.ts", { cwd: src }).sort()) {
    const path = name.split(sep).join("/");
    const file = `${folder}/src/${path}`;
    const isTest = path.endsWith(".test.ts");
    const source = ts.createSourceFile(file, readFileSync(join(src, name), "utf8"), ts.ScriptTarget.ES2023, true);
    const edges = [];
    count++;
    for (const imported of importsOf(source)) {
      const { specifier, typeOnly, line } = imported;
      if (!specifier.startsWith(".")) {
        checkExternal(folder, file, imported, manifest, isTest);
        continue;
      }
      const target = posix.normalize(posix.join(posix.dirname(path), specifier)).replace(/\.js$/, ".ts");
      if (target.startsWith("..")) {
        // A test may read its package's own files, such as package.json or golden values.
        const outside = relative(join(root, folder), join(src, target)).startsWith("..");
        if (!isTest || outside) problems.push(`${file}:${line}: ${specifier} leaves the package's src`);
        continue;
      }
      if (target.endsWith(".test.ts")) problems.push(`${file}:${line}: nothing imports a test`);
      if (!typeOnly) edges.push(target);
      if (folder === CORE && !isTest) checkCore(file, line, path, target);
    }
    graph.set(path, edges);
  }
  checkCycles(graph);
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`dependencies: ${problems.length} problem${problems.length > 1 ? "s" : ""} in ${count} files`);
  process.exit(1);
}
console.log(`dependencies: ${count} files, every import points the right way`);
