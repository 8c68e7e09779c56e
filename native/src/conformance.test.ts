import { conformance } from "@telltale/core/conformance";
import { describe, test } from "vitest";
import { kernelsFor, nativeStatus } from "./index.js";

const { available, remedy } = nativeStatus();
if (!available) console.log(`skipped, the addon is not there: ${remedy}`);

const cases = available ? conformance([kernelsFor()]) : [];
for (const detector of new Set(cases.map((each) => each.detector))) {
  describe(`${detector} on native kernels`, () => {
    test.each(cases.filter((each) => each.detector === detector))("$name", (each) => each.run());
  });
}
if (!available) test.skip("conformance on native kernels", () => {});
