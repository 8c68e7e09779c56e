// Checks every package that can be published: publint over what `npm pack` would ship, and the promises that publint
// does not know (licence text, README, one version everywhere, ES modules, the range of Node). Needs a build.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const workspace = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const licence = readFileSync(join(root, "LICENSE"), "utf8");
let problems = 0;

function complain(name, text) {
  problems++;
  console.error(`${name}: ${text}`);
}

for (const file of globSync(
  workspace.workspaces.map((folder) => `${folder}/package.json`),
  { cwd: root },
).sort()) {
  const folder = join(root, dirname(file));
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { name } = manifest;
  if (manifest.version !== workspace.version) {
    complain(name, `version is ${manifest.version}, expected ${workspace.version} as in the root package.json`);
  }
  for (const [other, range] of Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    if (/^(@telltale\/|telltale$)/.test(other) && range !== workspace.version) {
      complain(name, `depends on ${other} ${range}, expected ${workspace.version}`);
    }
  }
  if (manifest.private) continue;
  if (manifest.license !== "MIT") complain(name, `"license" is ${manifest.license}, expected MIT`);
  if (manifest.type !== "module") complain(name, '"type" must be "module"');
  if (!manifest.engines?.node) complain(name, '"engines.node" is missing');
  if (!manifest.exports?.["."]?.types) complain(name, '"exports" must give types for "."');
  if (manifest.sideEffects === undefined) complain(name, '"sideEffects" is missing');
  for (const needed of ["README.md", "LICENSE"]) {
    if (!existsSync(join(folder, needed))) complain(name, `${needed} is missing`);
  }
  if (existsSync(join(folder, "LICENSE")) && readFileSync(join(folder, "LICENSE"), "utf8") !== licence) {
    complain(name, "LICENSE differs from the one at the root");
  }
  const { messages, pkg } = await publint({ pkgDir: folder, level: "suggestion", strict: true });
  for (const message of messages) complain(name, `${message.type}: ${formatMessage(message, pkg, { color: false })}`);
}

if (problems > 0) process.exit(1);
console.log("every package is fit to publish");
