import { basename, join } from "node:path";
import { currentKernels } from "@telltale/core";
import { dataFileOf, type Provenance, provenance } from "../record/index.js";
import type { Suite, SuiteOptions, SuiteOutcome } from "./suite.js";

/** The result of a benchmark, as it is stored; `schema` counts up when its layout changes. */
export interface SuiteResult extends Omit<SuiteOutcome, "files"> {
  readonly schema: 1;
  readonly suite: string;
  readonly title: string;
  readonly provenance: Provenance;
}

/**
 * Runs a benchmark and records where its figures come from. Running it again on the same files gives the same bits, but
 * for the date and the seconds.
 *
 * @throws as the suite
 */
export async function runSuite<O>(suite: Suite<O>, folder: string, options: SuiteOptions & O): Promise<SuiteResult> {
  const { name, title } = suite;
  const { files, ...outcome } = await suite.run(folder, options);
  const data = [];
  // Files of several folders may have the same name.
  for (const file of files)
    data.push({ ...(await dataFileOf(join(folder, file))), file: file === "" ? basename(folder) : file });
  const record = provenance({
    command: `telltale benchmark ${name}`,
    data,
    seeds: [options.seed ?? 0],
    kernels: (options.kernels ?? currentKernels()).name,
  });
  return { schema: 1, suite: name, title, ...outcome, provenance: record };
}
