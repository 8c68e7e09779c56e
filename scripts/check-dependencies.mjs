// Keeps the dependencies pointing one way: which package may import which, what core may use, the order of the layers
// inside core, detectors apart from each other, and no import cycle. Run by `npm run lint`.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** Folder of each package → the workspace packages it may import. Nothing may import telltale (cli) or bench. */
const MAY_IMPORT = {
  "packages/core": [],
  "packages/data": ["@telltale/core"],
  "packages/wasm": ["@telltale/core"],
  "packages/deep": ["@telltale/core", "@telltale/wasm"],
  "packages/report": ["@telltale/core"],
  "packages/compare": ["@telltale/core", "@telltale/data", "@telltale/datasets"],
  native: ["@telltale/core", "@telltale/wasm"],
  datasets: ["@telltale/core"],
  "packages/cli": [
    "@telltale/compare",
    "@telltale/core",
    "@telltale/data",
    "@telltale/datasets",
    "@telltale/deep",
    "@telltale/native",
    "@telltale/report",
    "@telltale/wasm",
  ],
  bench: [
    "@telltale/compare",
    "@telltale/core",
    "@telltale/data",
    "@telltale/datasets",
    "@telltale/deep",
    "@telltale/native",
    "@telltale/wasm",
  ],
  examples: [
    "@telltale/core",
    "@telltale/data",
    "@telltale/datasets",
    "@telltale/deep",
    "@telltale/native",
    "@telltale/report",
    "@telltale/wasm",
  ],
};

/** Layers of core, lowest first: a file imports from its own layer or a lower one. A name is a folder or a file of src. */
const CORE_LAYERS = [
  ["errors", "version"],
  ["matrix", "random", "math"],
  ["params"],
  ["kernels"],
  ["changepoints", "thresholds", "metrics", "combine", "calibrate", "model-format", "xgboost-format"],
  ["detectors"],
  ["prepare", "resample"],
  ["pipeline"],
  ["splits"],
  ["registry"],
  ["model-file"],
  ["conformance"],
  ["index"],
];

const CORE = "packages/core";

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
  return /^detectors\/[^/]+\/([^/]+)\//.exec(path)?.[1];
}

function checkCore(problems, file, line, from, to) {
  const [a, b] = [layerOf(from), layerOf(to)];
  const unknown = a < 0 ? from : b < 0 ? to : undefined;
  if (unknown !== undefined) {
    const place = `${CORE}/src/${unknown.split("/")[0]}`;
    const complaint = `${place} is in no layer; name it in CORE_LAYERS (scripts/check-dependencies.mjs)`;
    if (!problems.includes(complaint)) problems.push(complaint);
    return;
  }
  if (a < b) {
    problems.push(`${file}:${line}: ${from} may not import ${to}, which is of a higher layer`);
  }
  const [mine, other] = [detectorOf(from), detectorOf(to)];
  if (mine && other && mine !== other) {
    problems.push(
      `${file}:${line}: detector ${mine} imports detector ${other}; what they share goes to math/ or a kernel`,
    );
  }
}

/** Tests, and the folders of what only tests use: neither is built nor published. */
function isForTests(path) {
  return path.endsWith(".test.ts") || /(^|\/)(test|testing)\//.test(path);
}

function checkExternal(problems, { folder, manifest, forTests }, file, { specifier, typeOnly, line }) {
  const isTest = isForTests(file);
  if (specifier.startsWith("node:")) {
    if (folder === CORE && !isTest)
      problems.push(`${file}:${line}: core runs in browsers and may not import ${specifier}`);
    return;
  }
  if (specifier.startsWith("#")) {
    if (!(specifier in (manifest.imports ?? {}))) {
      problems.push(`${file}:${line}: ${specifier} is not among the imports in ${folder}/package.json`);
    }
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
  if (name in declared || ((isTest || typeOnly) && name in { ...manifest.devDependencies, ...forTests })) return;
  problems.push(`${file}:${line}: ${name} is not among the dependencies in ${folder}/package.json`);
}

/** Reports each import cycle of a package once; type-only imports vanish at run time and do not count. */
function checkCycles(problems, graph) {
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

/** Checks one package; returns the number of files read. */
function checkPackage(problems, root, place) {
  const { folder } = place;
  const src = join(root, folder, "src");
  const graph = new Map();
  for (const name of globSync("**/*.ts", { cwd: src }).sort()) {
    const path = name.split(sep).join("/");
    const file = `${folder}/src/${path}`;
    const isTest = isForTests(path);
    const source = ts.createSourceFile(file, readFileSync(join(src, name), "utf8"), ts.ScriptTarget.ES2023, true);
    const edges = [];
    for (const imported of importsOf(source)) {
      const { specifier, typeOnly, line } = imported;
      if (!specifier.startsWith(".")) {
        checkExternal(problems, place, file, imported);
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
      else if (!isTest && isForTests(target)) problems.push(`${file}:${line}: ${target} is for tests only`);
      if (!typeOnly) edges.push(target);
      if (folder === CORE && !isTest) checkCore(problems, file, line, path, target);
    }
    graph.set(path, edges);
  }
  checkCycles(problems, graph);
  return graph.size;
}

/** Every import of every package under `root` that breaks a rule, in words, and the number of files read. */
export function checkDependencies(root) {
  const problems = [];
  let files = 0;
  const workspace = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const manifests = globSync(
    workspace.workspaces.map((place) => `${place}/package.json`),
    { cwd: root },
  );
  for (const manifestFile of manifests.sort()) {
    const manifest = JSON.parse(readFileSync(join(root, manifestFile), "utf8"));
    const folder = dirname(manifestFile).split(sep).join("/");
    if (!(folder in MAY_IMPORT)) {
      problems.push(`${folder}: say in scripts/check-dependencies.mjs which packages ${manifest.name} may import`);
      continue;
    }
    if (folder === CORE && Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }).length > 0) {
      problems.push(`${folder}/package.json: core has no dependency`);
    }
    files += checkPackage(problems, root, { folder, manifest, forTests: workspace.devDependencies });
  }
  return { problems, files };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problems, files } = checkDependencies(join(import.meta.dirname, ".."));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
  console.log(`dependencies: ${files} files, every import points the right way`);
}
