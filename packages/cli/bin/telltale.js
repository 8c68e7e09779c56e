#!/usr/bin/env node
// npm makes the command while it installs, and only of a file that is there by then: in a checkout that is before the build.
import { existsSync } from "node:fs";

const main = new URL("../dist/main.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write("telltale: not built yet; `npm start` or `npm run build` in the checkout builds it\n");
  process.exitCode = 1;
}
