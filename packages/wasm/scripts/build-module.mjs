// Compiles assembly/ to WebAssembly and writes its bytes, as text, into src/module/module-bytes.ts: a module that needs no
// file beside it works in every bundler, in a worker and in Node alike. Neither is kept under version control.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const TARGET = join(root, "src", "module", "module-bytes.ts");

// No relaxed SIMD: its fused products differ from machine to machine.
const OPTIONS = ["-O3", "--converge", "--noAssert", "--enable", "simd", "--disableWarning", "112"];
/** No allocator, no garbage collector: the caller lays out the memory, which it brings along. */
const BARE = ["--runtime", "stub", "--importMemory"];

const files = new Map();
const { error, stderr } = await asc.main(
  ["assembly/index.ts", "--baseDir", root, "--outFile", "module.wasm", ...OPTIONS, ...BARE],
  { writeFile: (name, contents) => files.set(name, contents) },
);
if (error) {
  console.error(`${stderr.toString()}${error.message}`);
  process.exit(1);
}
const text = Buffer.from(files.get("module.wasm")).toString("base64");
writeFileSync(
  TARGET,
  `/** The module of assembly/, in base64: made by scripts/build-module.mjs. */\nexport const MODULE =\n  "${text}";\n`,
);
