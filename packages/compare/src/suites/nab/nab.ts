import { runEntries } from "../run-entries.js";
import type { Suite } from "../suite.js";
import { NAB_WINDOWS, nabCorpus, readNab } from "./files.js";
import { MEASURES, NabTally } from "./measures.js";
import { nabEntries } from "./rows.js";

/**
 * The Numenta Anomaly Benchmark (NAB) on a folder laid out as its repository. Each detector is fitted on the first rows of a file, which
 * are not counted, and scores all of it; one limit for the whole corpus is chosen for each profile, with the labels, as the
 * benchmark does; the score at the detectors' own limits stands beside it.
 *
 * @see https://doi.org/10.1109/ICMLA.2015.141 Lavin, Ahmad: Evaluating real-time anomaly detection algorithms
 */
export const nab: Suite = {
  name: "nab",
  title: "Numenta Anomaly Benchmark (NAB)",
  async run(folder, options) {
    const entries = nabEntries(options.detectors);
    const corpus = await nabCorpus(folder);
    const names = Object.keys(corpus);
    const rows = await runEntries(
      {
        entries,
        parts: readNab(folder, corpus),
        count: names.length,
        tally: () => new NabTally(),
        failed: ({ x }) => ({ scores: new Float64Array(x.rows), flags: new Uint8Array(x.rows) }),
      },
      options,
    );
    return {
      files: [NAB_WINDOWS, ...names.map((name) => `data/${name}`)],
      measures: MEASURES,
      rows,
      settings: { seed: options.seed ?? 0, files: names.length, probation: "0.15 of the rows, 750 at most" },
      notes: [
        "Best published on the whole corpus, standard profile: ARTime 74.9, HTM 70.5, CAD-OSE 69.9.",
        "A file on which a detector fails counts as one without an alarm.",
      ],
    };
  },
};
