#!/usr/bin/env node
import { argv } from "node:process";

// The version is asked for by scripts, often: nothing else is loaded for it.
if (argv.length === 3 && (argv[2] === "--version" || argv[2] === "-V")) {
  const { VERSION } = await import("./version.js");
  process.stdout.write(`${VERSION}\n`);
} else {
  const { main } = await import("./run.js");
  await main(argv.slice(2));
}
