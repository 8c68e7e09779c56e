import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "vitest";
import { backendCases } from "../testing/backend-cases.js";

const tfjs = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-node/package.json"));
if (existsSync(join(tfjs, "lib", "napi-v8", "tfjs_binding.node"))) backendCases("node");
else test.skip("TensorFlow's library is not installed under @tensorflow/tfjs-node", () => {});
