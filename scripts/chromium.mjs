// Finds the Chromium that tests of pages drive, and installs Debian's where there is none and it can be installed: as root,
// with apt. Used by the set-up of those tests; elsewhere they are skipped, and say so.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const MINUTES = 60_000;

/** The path of a Chromium, the one that CHROMIUM names first; undefined where there is none. */
export function findChromium({ env = process.env, exists = existsSync } = {}) {
  return [env.CHROMIUM, ...PLACES].find((path) => path !== undefined && path !== "" && exists(path));
}

/** Installs Chromium where it is missing and can be; gives its path, or undefined and says why. */
export function ensureChromium({
  env = process.env,
  exists = existsSync,
  run = apt,
  root = isRoot(),
  say = console.warn,
} = {}) {
  const found = findChromium({ env, exists });
  if (found !== undefined) return found;
  if (!root || !exists("/usr/bin/apt-get")) {
    say("skipped: tests of pages need Chromium; install it, or name one in CHROMIUM");
    return undefined;
  }
  const failed = run("update") ?? run("install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core");
  const installed = findChromium({ env, exists });
  if (installed === undefined)
    say(`skipped: tests of pages need Chromium, and apt-get could not install it: ${failed ?? "it is not there"}`);
  return installed;
}

function isRoot() {
  return process.getuid?.() === 0;
}

/** Why apt-get failed, or undefined. */
function apt(...args) {
  const { status, stderr, error } = spawnSync(
    "apt-get",
    ["-q", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20", ...args],
    {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      encoding: "utf8",
      timeout: 5 * MINUTES,
    },
  );
  if (status === 0) return undefined;
  return error?.message ?? stderr.trim().split("\n").at(-1) ?? "it failed";
}

/** What vitest runs once before the tests of pages. */
export default function setup() {
  ensureChromium();
}
