import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { arch, platform } from "node:process";
import { fileURLToPath } from "node:url";
import type { Addon } from "./addon.js";

/** One file that was tried, and why it is not the one in use. */
export interface LoadAttempt {
  readonly file: string;
  /** Absent for the file that was loaded. */
  readonly problem?: string;
}

export interface LoadResult {
  readonly addon: Addon | undefined;
  readonly attempts: readonly LoadAttempt[];
  /** What to do to get the addon; absent when it was loaded. */
  readonly remedy?: string;
}

/** The package's own folder, from `src` as from `dist`. */
const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

/**
 * Looks for the addon, first a build of this machine, then a prebuilt one, and remembers each attempt. Never throws: an
 * addon that is missing means that the reference kernels do the work.
 *
 * @param folder  the folder that holds `build/Release` and `prebuilds`
 */
export function loadAddon(folder: string = PACKAGE): LoadResult {
  const require = createRequire(import.meta.url);
  const attempts: LoadAttempt[] = [];
  for (const file of candidates(folder, require)) {
    if (!existsSync(file)) {
      attempts.push({ file, problem: "not there" });
      continue;
    }
    try {
      const addon = require(file) as Addon;
      attempts.push({ file });
      return { addon, attempts };
    } catch (error) {
      attempts.push({ file, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return { addon: undefined, attempts, remedy: remedyFor(attempts) };
}

function candidates(folder: string, require: NodeJS.Require): string[] {
  const options = require("../binding-options.cjs") as { readonly name: string };
  const built = join(folder, "build", "Release", `${options.name}.node`);
  const prebuilds = require("pkg-prebuilds/bindings.js") as {
    resolve(folder: string, options: unknown, prebuiltOnly: boolean, throwing: boolean): string | null;
  };
  const prebuilt = prebuilds.resolve(folder, options, true, false);
  return [built, prebuilt ?? join(folder, "prebuilds", `${options.name}-${platform}-${arch}`)];
}

function remedyFor(attempts: readonly LoadAttempt[]): string {
  const build = "run `npm rebuild @telltale/native --foreground-scripts`, with cmake and a C++ compiler installed";
  const broken = attempts.find((attempt) => attempt.problem !== "not there");
  return broken === undefined
    ? `There is no prebuilt addon for ${platform}-${arch}: ${build}`
    : `${broken.file} could not be loaded (${broken.problem}): ${build}`;
}
