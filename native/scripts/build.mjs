// Builds the addon into build/Release with cmake-js. No compiler or no CMake is not an error (the JavaScript path does
// the same work): it is said once and the exit status is 0. A compiler that is there and fails is an error.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { notice, toolchain } from "./toolchain.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { missing } = toolchain();

if (missing.length > 0) {
  console.log(notice(missing));
} else {
  // cmake-js exports no "bin" path; its manifest does.
  const require = createRequire(import.meta.url);
  const manifest = require.resolve("cmake-js/package.json");
  const bin = require(manifest).bin;
  const program = join(dirname(manifest), typeof bin === "string" ? bin : bin["cmake-js"]);
  const jobs = process.env.CMAKE_BUILD_PARALLEL_LEVEL ?? String(availableParallelism());
  const args = [program, "compile", "--log-level", "warn", "--parallel", jobs, ...process.argv.slice(2)];
  const run = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (run.error) throw run.error;
  if (run.status !== 0) {
    console.error("The C++ kernels did not compile: the compiler's messages are above.");
    process.exit(run.status ?? 1);
  }
}
