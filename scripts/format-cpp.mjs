// Formats the C++ sources with the pinned clang-format; with --check it changes nothing and lists what would change.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const check = process.argv.includes("--check");
const files = globSync("native/cpp/**/*.{h,hpp,cc,cpp}", { cwd: root }).sort();

if (files.length > 0) {
  // The package's own command: it picks the binary for this platform.
  const require = createRequire(import.meta.url);
  const manifest = require.resolve("clang-format-node/package.json");
  const program = join(dirname(manifest), require(manifest).bin["clang-format"]);
  const mode = check ? ["--dry-run", "--Werror"] : ["-i"];
  const run = spawnSync(process.execPath, [program, "--style=file", ...mode, ...files], {
    cwd: root,
    stdio: "inherit",
  });
  if (run.status !== 0) {
    if (check) console.error("C++ sources are not formatted: `npm run format` does it.");
    process.exit(run.status ?? 1);
  }
}
console.log(`clang-format: ${files.length} C++ files ${check ? "checked" : "formatted"}`);
