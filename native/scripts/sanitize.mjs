// Builds the C++ tests with plain CMake under AddressSanitizer + UndefinedBehaviorSanitizer, then under
// ThreadSanitizer, and runs them. Ends with "N passed, N failed" over both; without a compiler it says so and passes.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { notice, toolchain } from "./toolchain.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const SANITIZERS = [
  {
    name: "asan",
    flags: "address,undefined",
    env: { ASAN_OPTIONS: "detect_leaks=1:detect_stack_use_after_return=1", UBSAN_OPTIONS: "print_stacktrace=1" },
  },
  { name: "tsan", flags: "thread", env: { TSAN_OPTIONS: "halt_on_error=1" } },
];

function run(program, args, options = {}) {
  const { stdout, stderr, status, error, signal } = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    ...options,
  });
  if (error) throw error;
  return { ok: status === 0, text: `${stdout}${stderr}${signal ? `stopped by ${signal}\n` : ""}` };
}

function build({ name, flags }) {
  const folder = join(root, `build-${name}`);
  const configured = run("cmake", [
    ...["-S", root, "-B", folder, "-DTELLTALE_TESTS=ON", `-DTELLTALE_SANITIZE=${flags}`],
    ...["-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O1"],
  ]);
  const built = configured.ok ? run("cmake", ["--build", folder, "--parallel", "2"]) : configured;
  if (built.ok) return join(folder, "telltale_tests");
  console.log(built.text);
  return undefined;
}

/** The program, with address randomisation off where it can be: older ThreadSanitizers lose their way in it. */
function runTests(program, env) {
  const options = { env: { ...process.env, ...env } };
  const fixed = spawnSync("setarch", ["-R", "true"]).status === 0;
  return fixed ? run("setarch", ["-R", program], options) : run(program, [], options);
}

const { missing } = toolchain();
if (missing.length > 0) {
  console.log(`${notice(missing)}\n0 passed, 0 failed`);
  process.exit(0);
}

let passed = 0;
let failed = 0;
for (const sanitizer of SANITIZERS) {
  const program = build(sanitizer);
  if (program === undefined) {
    failed += 1;
    console.log(`${sanitizer.name}: did not build`);
    continue;
  }
  const { ok, text } = runTests(program, sanitizer.env);
  const [, good = "0", bad = "0"] = /(\d+) passed, (\d+) failed/.exec(text) ?? [];
  passed += Number(good);
  failed += ok ? 0 : Math.max(1, Number(bad));
  if (!ok) console.log(text);
  console.log(`${sanitizer.name} (${sanitizer.flags}): ${ok ? "ok" : "FAILED"}, ${good} tests`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
