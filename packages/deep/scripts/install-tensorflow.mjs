// Puts TensorFlow under tfjs-node, whose own install script downloads from a host that many networks do not let through.
// The library and its C headers come out of TensorFlow's Python package, fetched with pip, so that pip's settings (index,
// proxy, certificates) hold; the binding is compiled from the sources in tfjs-node. Both are kept in the user's cache folder,
// and a checkout links to them. Never fatal: without it neural detectors run on WebAssembly or the C++ kernels.
//
//   node packages/deep/scripts/install-tensorflow.mjs            installs when it is not there
//   node packages/deep/scripts/install-tensorflow.mjs --force    again, even after a failure
//   TELLTALE_TENSORFLOW=off                                       leaves it out
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { copyFile, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const TENSORFLOW = "2.15.1";
const NAPI = 8;

/** Platforms whose package was tried: what pip is asked for, and the checksum of what it must bring. */
const WHEELS = {
  "linux-x64": {
    name: "tensorflow-cpu",
    platform: "manylinux2014_x86_64",
    python: "3.11", // the tag of the package; the library inside has nothing of Python
    sha256: "54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26",
    megabytes: 207,
  },
};

const SHOWN_AGAIN_AFTER = 24 * 3600 * 1000;
const WITHOUT = "neural detectors run on the kernels without it; only TELLTALE_DEEP=node needs it";

/** Why TensorFlow is not installed, as a sentence for a person. */
class NotInstalled extends Error {}

function cacheFolder() {
  const { TELLTALE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (TELLTALE_CACHE) return TELLTALE_CACHE;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "telltale");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "telltale");
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "telltale", "Cache");
  return join(homedir(), ".cache", "telltale");
}

/** The folder of a package, found as the package that asks for it would; undefined when it is not installed. */
function packageFolder(name, from) {
  try {
    return dirname(createRequire(from).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/** Runs a program to its end; its output goes to `shown`, or is kept for the error. */
function run(program, args, { shown = false, env = process.env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: ["ignore", shown ? 2 : "pipe", shown ? 2 : "pipe"] });
    const printed = [];
    child.stdout?.on("data", (bytes) => printed.push(bytes));
    child.stderr?.on("data", (bytes) => printed.push(bytes));
    child.on("error", (error) => resolve({ code: -1, printed: String(error) }));
    child.on("close", (code) => resolve({ code, printed: Buffer.concat(printed).toString().trim() }));
  });
}

/** The line that says most of what a program printed when it failed. */
function tellingLine(text) {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "";
}

/** A Python 3 that has pip. */
function findPython() {
  for (const program of process.platform === "win32" ? ["py", "python"] : ["python3", "python"]) {
    const asked = spawnSync(program, ["-m", "pip", "--version"], { encoding: "utf8" });
    if (asked.status === 0 && / \(python 3/.test(asked.stdout)) return program;
  }
  throw new NotInstalled("there is no Python 3 with pip to fetch it with");
}

function findCompiler() {
  const asked = [process.env.CXX, "c++", "g++", "clang++"].filter((each) => each !== undefined && each !== "");
  const found = asked.find((each) => spawnSync(each.split(" ")[0], ["--version"]).status === 0);
  if (found === undefined) throw new NotInstalled("there is no C++ compiler to build its binding with");
  return found.split(" ");
}

function sha256(file) {
  return new Promise((resolve, reject) => {
    const hash = createHash("sha256");
    createReadStream(file)
      .on("data", (bytes) => hash.update(bytes))
      .on("end", () => resolve(hash.digest("hex")))
      .on("error", reject);
  });
}

/** Makes a folder of the cache under a name of its own and renames it: it is there whole, or not at all. */
async function once(folder, make) {
  if (existsSync(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  const begun = await mkdtemp(`${folder}.part-`);
  try {
    await make(begun);
    // Two at once do the work twice; the first to end is kept.
    await rename(begun, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(begun, { recursive: true, force: true });
  }
}

const EXTRACT = `
import os, sys, zipfile
source, target = sys.argv[1:3]
wanted = ("tensorflow/c/", "tsl/c/", "tensorflow/core/platform/ctstring", "tsl/platform/ctstring")
with zipfile.ZipFile(source) as archive:
    for entry in archive.infolist():
        name = entry.filename
        if entry.is_dir():
            continue
        if name in ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"):
            place = os.path.join("lib", os.path.basename(name))
        elif name.startswith("tensorflow/include/") and name[19:].startswith(wanted) and ".." not in name:
            place = os.path.join("include", name[19:])
        elif name.endswith("/LICENSE") or name.endswith("THIRD_PARTY_NOTICES.txt"):
            place = os.path.basename(name)
        else:
            continue
        path = os.path.join(target, place)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(entry) as reader, open(path, "wb") as writer:
            while chunk := reader.read(1 << 22):
                writer.write(chunk)
`;

async function fetchLibrary(folder, wheel, say) {
  const python = findPython();
  const shown = process.stderr.isTTY === true;
  say(`Fetching TensorFlow ${TENSORFLOW} (${wheel.megabytes} MB) … `, shown);
  const download = join(folder, "download");
  const args = ["-m", "pip", "download", `${wheel.name}==${TENSORFLOW}`, "--no-deps", "--only-binary", ":all:"];
  args.push("--platform", wheel.platform, "--python-version", wheel.python, "--dest", download);
  args.push("--disable-pip-version-check", "--retries", "1", "--timeout", "30");
  const { code, printed } = await run(python, args, { shown });
  if (code !== 0) {
    throw new NotInstalled(
      `pip could not fetch ${wheel.name} ${TENSORFLOW} (${tellingLine(printed ?? "") || "see above"})`,
    );
  }
  const [file] = await readdir(download);
  const found = await sha256(join(download, file));
  if (found !== wheel.sha256) {
    throw new NotInstalled(`${file} has the SHA-256 ${found}, not ${wheel.sha256}: it is not what was tested here`);
  }
  const unpacked = await run(python, ["-c", EXTRACT, join(download, file), folder]);
  if (unpacked.code !== 0) throw new NotInstalled(`${file} could not be unpacked (${tellingLine(unpacked.printed)})`);
  // What the linker looks for; what is loaded is the file by its own name.
  await symlink("libtensorflow_cc.so.2", join(folder, "lib", "libtensorflow.so"));
  await symlink("libtensorflow_framework.so.2", join(folder, "lib", "libtensorflow_framework.so"));
  await rm(download, { recursive: true });
}

async function buildBinding(folder, { tfjs, headers, library }) {
  const [compiler, ...more] = findCompiler();
  const sources = ["tfjs_backend.cc", "tfjs_binding.cc"].map((name) => join(tfjs, "binding", name));
  const args = [...more, "-std=c++17", "-O2", "-shared", "-fPIC", `-DNAPI_VERSION=${NAPI}`, "-w"];
  args.push("-DBUILDING_NODE_EXTENSION", "-I", tfjs, "-I", join(library, "include"), "-I", headers, ...sources);
  args.push("-L", join(library, "lib"), "-ltensorflow", "-ltensorflow_framework", "-Wl,-rpath,$ORIGIN/../../deps/lib");
  const { code, printed } = await run(compiler, [...args, "-o", join(folder, "tfjs_binding.node")]);
  if (code !== 0) throw new NotInstalled(`its binding did not compile (${tellingLine(printed)})`);
}

/** Proves that the whole loads and computes, in a process of its own: a library that does not fit may end the process. */
async function tryIt(tfjs) {
  const code = `
    const util = require("node:util");
    util.isNullOrUndefined ??= (v) => v == null;
    util.isArray ??= Array.isArray;
    const tf = require(${JSON.stringify(tfjs)});
    if (tf.getBackend() !== "tensorflow" || tf.scalar(2).add(3).dataSync()[0] !== 5) process.exit(1);`;
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" };
  const tried = await run(process.execPath, ["-e", code], { env });
  if (tried.code !== 0) throw new NotInstalled(`what was built does not load (${tellingLine(tried.printed)})`);
}

async function link(target, path) {
  if ((await lstat(path).catch(() => undefined)) !== undefined) await rm(path, { recursive: true, force: true });
  await symlink(target, path);
}

/**
 * Installs TensorFlow under the tfjs-node of this checkout.
 *
 * @returns "there", "installed", "off", or why not, as a sentence
 */
export async function installTensorflow({ force = false, say = () => {} } = {}) {
  if (/^(off|0|false|no)$/i.test(process.env.TELLTALE_TENSORFLOW ?? "")) return { status: "off" };
  const here = fileURLToPath(import.meta.url);
  const tfjs = packageFolder("@tensorflow/tfjs-node", here);
  if (tfjs === undefined)
    return { status: "missing", reason: "the optional package @tensorflow/tfjs-node is not installed" };
  const binding = join(tfjs, "lib", `napi-v${NAPI}`, "tfjs_binding.node");
  const marker = join(tfjs, "lib", "telltale.json");
  const { version } = JSON.parse(await readFile(join(tfjs, "package.json"), "utf8"));
  const key = `${TENSORFLOW}-${version}-${process.platform}-${process.arch}`;
  const noted = JSON.parse(await readFile(marker, "utf8").catch(() => "{}"));
  // The link leads into the cache, which the user may have emptied.
  const whole = existsSync(binding) && existsSync(join(tfjs, "deps", "lib", "libtensorflow.so"));
  if (whole && noted.key === key && noted.reason === undefined) return { status: "there" };
  if (!force && noted.reason !== undefined && Date.now() - noted.when < SHOWN_AGAIN_AFTER) return { status: "known" };

  const started = Date.now();
  try {
    const wheel = WHEELS[`${process.platform}-${process.arch}`];
    if (wheel === undefined)
      throw new NotInstalled(`no package of it was tried on ${process.platform}-${process.arch}`);
    const headers = packageFolder("node-api-headers", here);
    if (headers === undefined) throw new NotInstalled("the package node-api-headers is not installed");
    const cache = join(cacheFolder(), "tensorflow");
    const library = join(cache, `${TENSORFLOW}-${process.platform}-${process.arch}`);
    const built = join(cache, `binding-${key}`);
    await once(library, (folder) => fetchLibrary(folder, wheel, say));
    await once(built, (folder) => buildBinding(folder, { tfjs, headers: join(headers, "include"), library }));
    await mkdir(dirname(binding), { recursive: true });
    await link(library, join(tfjs, "deps"));
    await copyFile(join(built, "tfjs_binding.node"), binding);
    await tryIt(tfjs);
    await writeFile(marker, `${JSON.stringify({ key })}\n`);
    return { status: "installed", seconds: (Date.now() - started) / 1000 };
  } catch (error) {
    const reason = error instanceof NotInstalled ? error.message : String(error);
    await mkdir(dirname(marker), { recursive: true });
    await writeFile(marker, `${JSON.stringify({ key, reason, when: Date.now() })}\n`);
    return { status: "missing", reason };
  }
}

/** The same with what a person should read on standard error; nothing when there is nothing new. */
export async function setupTensorflow(options = {}) {
  let begun = false;
  const say = (text, newline) => {
    begun = !newline;
    process.stderr.write(newline ? `${text.trimEnd()}\n` : text);
  };
  const { status, reason, seconds } = await installTensorflow({ ...options, say });
  if (status === "installed") {
    process.stderr.write(`${begun ? "" : "TensorFlow … "}${seconds.toFixed(1)} s\n`);
  } else if (status === "missing") {
    const again = "Try again with `node packages/deep/scripts/install-tensorflow.mjs --force`";
    process.stderr.write(
      `${begun ? "not installed\n" : ""}TensorFlow was not installed: ${reason}; ${WITHOUT}. ${again}.\n`,
    );
  }
  return status;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const force = process.argv.includes("--force");
  const status = await setupTensorflow({ force });
  if (status === "there") console.log("TensorFlow is installed.");
  if (status === "off") console.log("TensorFlow is left out: TELLTALE_TENSORFLOW is off.");
}
