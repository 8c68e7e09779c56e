import { matrix, registry, rocAuc } from "@telltale/core";
import { dataFile, readDataFile, readDoubles, scoresFile } from "../../data/binary-files.js";
import { WrongResult } from "../../failures.js";
import type { PeerResult } from "../../record/results.js";
import type { Contestant } from "../../timing/in-turn.js";
import { compare, type PeerCase, type PeerRun, singleThreaded } from "../peer-case.js";
import { rankCorrelation } from "../rank-correlation.js";

/** A detector of ours beside one of another library: fitted on a table, which it then scores. */
interface DetectorCase {
  /** Ours, by name, with what it is given. */
  readonly detector: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** Theirs: a name in the table of `peers/detectors.py`, and the Python package that has it. */
  readonly peer: string;
  readonly package: string;
  readonly rows: number;
  readonly cols: number;
  /** How many times faster ours is to be. */
  readonly atLeast: number;
  /** Least rank correlation of both libraries' scores: 1 for the same definition, less where chance or a definition differs. */
  readonly agreement: number;
  /** Timed rounds for each round asked for. */
  readonly roundsFactor?: number;
}

const CASES: readonly DetectorCase[] = [
  {
    ...{ detector: "mahalanobis", peer: "scikit-learn EmpiricalCovariance", package: "scikit-learn" },
    ...{ rows: 200_000, cols: 16, atLeast: 3, agreement: 1, roundsFactor: 5 },
  },
  {
    ...{ detector: "pca", params: { components: 10, score: "q" }, peer: "scikit-learn PCA, T2 and Q" },
    ...{ package: "scikit-learn", rows: 200_000, cols: 16, atLeast: 3, agreement: 1, roundsFactor: 5 },
  },
  {
    ...{ detector: "mcd", peer: "scikit-learn MinCovDet", package: "scikit-learn" },
    ...{ rows: 200_000, cols: 16, atLeast: 10, agreement: 0.999 },
  },
  {
    ...{ detector: "ecod", peer: "PyOD ECOD", package: "pyod" },
    ...{ rows: 200_000, cols: 16, atLeast: 3, agreement: 1, roundsFactor: 3 },
  },
  {
    ...{ detector: "copod", peer: "PyOD COPOD", package: "pyod" },
    ...{ rows: 200_000, cols: 16, atLeast: 3, agreement: 1, roundsFactor: 3 },
  },
  {
    ...{ detector: "hbos", peer: "PyOD HBOS", package: "pyod" },
    ...{ rows: 200_000, cols: 16, atLeast: 3, agreement: 1, roundsFactor: 5 },
  },
  {
    ...{ detector: "loda", params: { seed: 1 }, peer: "PyOD LODA", package: "pyod" },
    ...{ rows: 200_000, cols: 16, atLeast: 5, agreement: 0.5, roundsFactor: 3 },
  },
  {
    ...{ detector: "inne", params: { seed: 1 }, peer: "PyOD INNE", package: "pyod" },
    ...{ rows: 200_000, cols: 16, atLeast: 20, agreement: 0.8 },
  },
  {
    ...{ detector: "gmm", params: { components: 4, tolerance: 0, maxIterations: 10, seed: 1 } },
    ...{ peer: "PyOD GMM, 10 iterations", package: "pyod", rows: 200_000, cols: 16, atLeast: 2, agreement: 0.9 },
  },
  {
    ...{ detector: "isolation-forest", params: { seed: 1 }, peer: "PyOD IForest", package: "pyod" },
    ...{ rows: 200_000, cols: 16, atLeast: 3, agreement: 0.8 },
  },
];

function nameOf({ detector, rows, cols }: DetectorCase): string {
  return `${detector}, fit and score, ${rows.toLocaleString("en")} × ${cols}`;
}

export const DETECTOR_CASES: readonly PeerCase[] = CASES.map((each) => ({
  names: [nameOf(each)],
  run: async (run) => [await runDetectorCase(each, run)],
}));

async function runDetectorCase(each: DetectorCase, run: PeerRun): Promise<PeerResult> {
  const name = nameOf(each);
  const file = dataFile("gaussian", each.rows, each.cols);
  const { x: values, labels } = readDataFile(file);
  const x = matrix(values, each.rows, each.cols);
  const scores = new Map<string, Float64Array>();
  const contestants = singleThreaded().map(({ isa, kernels }): Contestant => {
    const ours = `telltale ${isa}`;
    return {
      name: ours,
      run() {
        const start = performance.now();
        const model = registry.create(each.detector, each.params).fitSync(x, { kernels, threads: 1 });
        const found = model.trainingScoresSync(x, { kernels, threads: 1 });
        const seconds = (performance.now() - start) / 1000;
        scores.set(ours, found);
        return seconds;
      },
    };
  });
  const { peer } = run;
  if (peer !== undefined && run.packages.has(each.package)) {
    const made = scoresFile("detector");
    const request = { detector: each.peer, file: file.file, rows: each.rows, cols: each.cols, scores: made };
    const ask = async () => {
      const { seconds } = await peer.ask<{ readonly seconds: number }>("detectors.fit_and_score", request);
      scores.set(each.peer, readDoubles(made));
      return seconds;
    };
    contestants.push({ name: each.peer, run: ask });
  }
  const goals = [{ ours: contestants[0]?.name ?? "", theirs: each.peer, atLeast: each.atLeast }];
  const result = await compare(
    { name, task: "fit", unit: "rows", work: each.rows },
    contestants,
    goals,
    { ...run, rounds: run.rounds * (each.roundsFactor ?? 1) },
    (contestant) => ({ rocAuc: rocAuc(labels, scores.get(contestant) as Float64Array) }),
  );
  requireAgreement(each, scores);
  return result;
}

/** Whatever the speed: scores of another order are another detector's. */
function requireAgreement(each: DetectorCase, scores: ReadonlyMap<string, Float64Array>): void {
  const [first, ...others] = [...scores];
  if (first === undefined) return;
  for (const [name, found] of others) {
    const least = name === each.peer ? each.agreement : 1;
    const correlation = rankCorrelation(first[1], found);
    if (correlation >= least - 1e-9) continue;
    throw new WrongResult(
      `${nameOf(each)}: ${name} and ${first[0]} order the rows differently: rank correlation ${correlation.toFixed(6)}, not ${least}`,
    );
  }
}
