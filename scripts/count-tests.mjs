// Prints "PASSED FAILED" from vitest's JSON report. Arguments: the report and the exit status of the run.
// A file that could not be loaded has no failed test in it, yet counts as a failure; so does a bad exit without any.
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";

const [file, status] = process.argv.slice(2);
let passed = 0;
let failed = 0;
if (existsSync(file)) {
  for (const suite of JSON.parse(readFileSync(file, "utf8")).testResults) {
    const count = (wanted) => suite.assertionResults.filter((test) => test.status === wanted).length;
    passed += count("passed");
    failed += count("failed");
    if (suite.status === "failed" && count("failed") === 0) failed++;
  }
}
if (status !== "0" && failed === 0) failed = 1;
if (passed === 0 && failed === 0) failed = 1;
console.log(`${passed} ${failed}`);
