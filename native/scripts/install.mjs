// What npm runs after it has unpacked this package: take the prebuilt addon when there is one for this platform, else
// try to build it, else say that the JavaScript path is used. It never fails: the addon is an acceleration.
// In the repository itself the workspace's own build does this job, in the right order and with a cache; there only
// `npm rebuild`, which is what someone types who wants the addon, does anything.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const inRepository = existsSync(join(root, "..", "nx.json"));
const wanted = !inRepository || process.env.npm_command === "rebuild";

if (wanted && !prebuilt()) {
  const run = spawnSync(process.execPath, [join(root, "scripts", "build.mjs")], { cwd: root, stdio: "inherit" });
  if (run.status !== 0) {
    console.log("@telltale/native: the C++ kernels could not be built here; the JavaScript path is used, more slowly.");
  }
}

function prebuilt() {
  if (process.env.npm_config_build_from_source) return false;
  const require = createRequire(import.meta.url);
  const { resolve } = require("pkg-prebuilds/bindings.js");
  return resolve(root, require("../binding-options.cjs"), true, false) !== null;
}
