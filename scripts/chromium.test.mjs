import { expect, test } from "vitest";
import { ensureChromium, findChromium } from "./chromium.mjs";

const there =
  (...paths) =>
  (path) =>
    paths.includes(path);

test("the Chromium that is named comes before that of the system", () => {
  const exists = there("/opt/chrome", "/usr/bin/chromium");
  expect(findChromium({ env: { CHROMIUM: "/opt/chrome" }, exists })).toBe("/opt/chrome");
  expect(findChromium({ env: {}, exists })).toBe("/usr/bin/chromium");
  expect(findChromium({ env: { CHROMIUM: "/nowhere" }, exists: there() })).toBeUndefined();
});

test("a missing one is installed by root with apt, and found then", () => {
  const ran = [];
  let installed = false;
  const exists = (path) => path === "/usr/bin/apt-get" || (installed && path === "/usr/bin/chromium");
  const run = (...args) => {
    ran.push(args[0]);
    installed = args[0] === "install";
  };
  expect(ensureChromium({ env: {}, exists, run, root: true })).toBe("/usr/bin/chromium");
  expect(ran).toEqual(["update", "install"]);
});

test("where it cannot be installed, it says why", () => {
  const said = [];
  const say = (text) => said.push(text);
  const exists = there("/usr/bin/apt-get");
  expect(ensureChromium({ env: {}, exists, root: false, say, run: () => expect.unreachable() })).toBeUndefined();
  expect(ensureChromium({ env: {}, exists, root: true, say, run: () => "no network" })).toBeUndefined();
  expect(said).toEqual([
    "skipped: tests of pages need Chromium; install it, or name one in CHROMIUM",
    "skipped: tests of pages need Chromium, and apt-get could not install it: no network",
  ]);
});
