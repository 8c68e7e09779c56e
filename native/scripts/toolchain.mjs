// What this machine can build C++ with. Run as a program it prints one line that changes whenever the answer does:
// Nx hashes that line, so an addon that was skipped for want of a compiler is built once one is installed.
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { argv, env, platform } from "node:process";
import { fileURLToPath } from "node:url";

const COMPILERS = ["c++", "g++", "clang++"];

function onPath(program) {
  const endings = platform === "win32" ? (env.PATHEXT ?? ".EXE;.CMD;.BAT").split(";") : [""];
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, program + ending);
      if (folder !== "" && existsSync(file) && statSync(file).isFile()) return file;
    }
  }
  return undefined;
}

function firstLine(program, args) {
  const run = spawnSync(program, args, { encoding: "utf8" });
  return run.status === 0 ? (run.stdout.split("\n")[0] ?? "").trim() : undefined;
}

/** `{ missing, found }`: the tools that are not there, in words, and a description of those that are. */
export function toolchain() {
  const missing = [];
  const found = [];
  const cmake = onPath("cmake") && firstLine("cmake", ["--version"]);
  if (cmake) found.push(cmake);
  else missing.push("cmake");
  // On Windows CMake finds Visual Studio by itself; it is on no PATH that could be searched here.
  if (platform !== "win32") {
    const compiler = env.CXX ? env.CXX.split(" ")[0] : COMPILERS.find(onPath);
    const version = compiler && firstLine(compiler, ["--version"]);
    if (version) found.push(version);
    else missing.push("a C++ compiler");
    const maker = ["ninja", "make"].find(onPath);
    if (maker) found.push(maker);
    else missing.push("make or ninja");
  }
  return { missing, found: [...found, `${platform}-${process.arch}`].join(" · ") };
}

/** The one sentence a person reads when the addon cannot be built here. */
export function notice(missing) {
  const install =
    platform === "darwin"
      ? "`xcode-select --install` and `brew install cmake`"
      : platform === "win32"
        ? "Visual Studio's C++ workload and CMake"
        : "for example `apt-get install cmake g++ make`";
  return (
    `The C++ kernels were not built because of a missing tool (${missing.join(", ")}): ` +
    `everything works, neural networks in WebAssembly and all else on the JavaScript path, more slowly. To get the fast path install them (${install}) and run this again.`
  );
}

if (argv[1] && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) {
  const { missing, found } = toolchain();
  if (argv.includes("--notice")) {
    if (missing.length > 0) console.log(notice(missing));
  } else {
    console.log(`${found}${missing.length > 0 ? ` · without ${missing.join(", ")}` : ""}`);
  }
}
