// Every relative link of every Markdown file leads to a file, and its #fragment to a heading of that file.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], { cwd: root });
const files = listed.toString().split("\n").filter(Boolean);

/** The fragments of a file's headings, by GitHub's rule. */
function fragments(text) {
  const headings = text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/^#{1,6} +(.+)$/gm);
  return new Set(
    [...headings].map(([, heading]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_\- ]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}

const problems = [];
let count = 0;
for (const file of files) {
  const text = readFileSync(join(root, file), "utf8");
  for (const [, target] of text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    count++;
    const [path, fragment] = target.split("#");
    const place = path === "" ? join(root, file) : join(root, dirname(file), path);
    if (!existsSync(place)) problems.push(`${file}: ${target} leads nowhere`);
    else if (fragment && place.endsWith(".md") && !fragments(readFileSync(place, "utf8")).has(fragment)) {
      problems.push(`${file}: ${target}: there is no such heading`);
    }
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`links: ${count} in ${files.length} Markdown files`);
