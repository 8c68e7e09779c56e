// Brings a fresh or a changed checkout to the state where everything can be run: dependencies installed, packages and
// C++ kernels built, TensorFlow put in place. Needs nothing but Node 20 and npm; quick when there is nothing to do.
// `--then SCRIPT` goes on with an npm script, which is not told again what has been said here about missing kernels.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { notice, toolchain } from "../native/scripts/toolchain.mjs";
import { setupTensorflow } from "../packages/deep/scripts/install-tensorflow.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = join(root, "node_modules", ".bin");
const LEAST_NODE = 20;

/** Why `npm ci` has to run, in words, or undefined when what is installed is what the lock file says. */
function staleInstall() {
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return "dependencies are not installed yet";
  const { packages: wanted } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const { packages: installed } = JSON.parse(readFileSync(installedFile, "utf8"));
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes("node_modules/")) continue;
    const there = installed[path];
    if (there === undefined) {
      // Other platforms' binaries are in the lock file and rightly not in the folder.
      if (entry.optional || entry.devOptional || entry.peer) continue;
      return `${path.slice("node_modules/".length)} is not installed`;
    }
    if (there.version !== entry.version) return `${path.slice("node_modules/".length)} changed to ${entry.version}`;
  }
  const node = spawnSync(join(bin, "node"), ["--version"], { encoding: "utf8" });
  const pinned = wanted["node_modules/node"].version;
  if (node.status !== 0 || node.stdout.trim() !== `v${pinned}`) return `the pinned Node ${pinned} is not installed`;
  return undefined;
}

/** Runs a program quietly; what it printed is shown only when it fails. */
function quietly(program, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    const printed = [];
    child.stdout.on("data", (bytes) => printed.push(bytes));
    child.stderr.on("data", (bytes) => printed.push(bytes));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, printed: Buffer.concat(printed).toString() }));
  });
}

async function step(title, program, args, env, remedy) {
  const started = Date.now();
  process.stderr.write(`${title} … `);
  const { code, printed } = await quietly(program, args, env).catch((error) => ({ code: 1, printed: `${error}` }));
  if (code !== 0) {
    process.stderr.write(`failed\n\n${printed.trimEnd()}\n\n${remedy}\n`);
    process.exit(1);
  }
  process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

/** npm as a program and arguments. It runs on the Node that started it: the pinned one may be about to be replaced. */
function npm(...args) {
  const { npm_execpath: file, npm_node_execpath: node } = process.env;
  return file ? [node ?? process.execPath, [file, ...args]] : ["npm", args];
}

async function install(reason) {
  await step(
    `Installing (${reason})`,
    ...npm("ci", "--no-audit", "--no-fund", "--loglevel=error"),
    // A CI machine may set NODE_ENV=production, which would leave the build tools out.
    { ...process.env, NODE_ENV: "development" },
    "`npm ci` failed. It needs a reachable npm registry; `npm config get registry` shows which one is used.",
  );
}

async function build() {
  const env = { ...process.env, PATH: bin + delimiter + process.env.PATH, NX_DAEMON: "false", NX_TUI: "false" };
  await step(
    "Building",
    join(bin, "node"),
    [join(root, "node_modules", "nx", "dist", "bin", "nx.js"), "run-many", "-t", "build", "--outputStyle=static"],
    env,
    "The build failed: the messages above name the file. `npm run build` repeats only this step.",
  );
}

/** Whether the addon is there; says so when it is not. */
function kernelsBuilt() {
  if (existsSync(join(root, "native", "build", "Release", "telltale_native.node"))) return true;
  const { missing } = toolchain();
  if (missing.length > 0) process.stderr.write(`${notice(missing)}\n`);
  return false;
}

const major = Number(process.versions.node.split(".")[0]);
if (major < LEAST_NODE) {
  process.stderr.write(
    `Node ${LEAST_NODE} or newer is needed, and this is ${process.version}: see https://nodejs.org.\n`,
  );
  process.exit(1);
}
const reason = staleInstall();
if (reason !== undefined) {
  await install(reason);
  const still = staleInstall();
  if (still !== undefined) {
    process.stderr.write(
      `\`npm ci\` ended well and yet ${still}. Are install scripts turned off (\`npm config get ignore-scripts\`)? ` +
        "The pinned Node is put in place by one.\n",
    );
    process.exit(1);
  }
}
await build();
await setupTensorflow();
const built = kernelsBuilt();

const then = process.argv.indexOf("--then");
if (then > 0) {
  const [program, args] = npm("run", "--silent", process.argv[then + 1]);
  const env = built ? process.env : { ...process.env, TELLTALE_NATIVE: "off" };
  const { status, error } = spawnSync(program, args, { cwd: root, env, stdio: "inherit" });
  if (error) throw error;
  process.exit(status ?? 1);
}
