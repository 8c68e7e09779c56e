// Cross-compiles the C++ tests for 64-bit ARM and runs them in an emulator, where the machine at hand is no ARM: the NEON
// variants, and the tests of everything else. Ends with "N passed, N failed"; without the tools it says so and passes.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "build-neon");
const COMPILER = "aarch64-linux-gnu-g++";
const EMULATOR = "qemu-aarch64";

function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  return status === 0;
}

const missing = ["cmake", COMPILER, EMULATOR].filter((tool) => spawnSync(tool, ["--version"]).status !== 0);
if (missing.length > 0) {
  console.log(`left out, not there: ${missing.join(", ")} (Debian: g++-aarch64-linux-gnu, qemu-user)`);
  console.log("0 passed, 0 failed");
  process.exit(0);
}

const configured = run("cmake", [
  ...["-S", root, "-B", folder, "-DTELLTALE_TESTS=ON", "-DCMAKE_BUILD_TYPE=Release"],
  ...["-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR=aarch64", `-DCMAKE_CXX_COMPILER=${COMPILER}`],
  "-DCMAKE_EXE_LINKER_FLAGS=-static", // the emulator needs no libraries of that architecture then
]);
const built = configured && run("cmake", ["--build", folder, "--parallel", "2"]);
const passed = built && run(EMULATOR, [join(folder, "telltale_tests"), ...process.argv.slice(2)]);
process.exit(passed ? 0 : 1);
