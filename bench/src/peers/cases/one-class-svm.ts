import { type FittedDetector, type Matrix, matrix, oneClassSvm } from "@telltale/core";
import { dataFile, readDataFile, readDoubles, scoresFile } from "../../data/binary-files.js";
import { WrongResult } from "../../failures.js";
import type { PeerResult } from "../../record/results.js";
import type { Contestant } from "../../timing/in-turn.js";
import type { RatioGoal } from "../goals.js";
import { compare, type PeerCase, type PeerRun, singleThreaded } from "../peer-case.js";
import type { PythonPeer } from "../python-peer.js";

const NAMES = ["one-class SVM, fit, 20,000 × 32", "one-class SVM, score, 200,000 × 32"] as const;

const TRAIN_ROWS = 20_000;
const SCORED_ROWS = 200_000;
const COLS = 32;
const NU = 0.1;
/** Both solvers end within 1e-3 of the optimum; onnxruntime computes in 32 bits. */
const AGREEMENT = { "scikit-learn": 0.01, onnxruntime: 0.5 } as const;

const FIT_GOALS: readonly RatioGoal[] = [{ ours: "telltale avx512", theirs: "scikit-learn", atLeast: 10 }];
const SCORE_GOALS: readonly RatioGoal[] = [
  { ours: "telltale avx512", theirs: "scikit-learn", atLeast: 40 },
  { ours: "telltale avx512, float32", theirs: "onnxruntime", atLeast: 30 },
];

/** Fit and score of the one-class SVM, one thread each, on the same bytes. */
export const SVM_CASE: PeerCase = { names: NAMES, run: runSvmCases };

async function runSvmCases(given: PeerRun): Promise<PeerResult[]> {
  const { peer, packages } = given;
  const [fitName, scoreName] = NAMES;
  const trainFile = dataFile("gaussian", TRAIN_ROWS, COLS);
  const scoredFile = dataFile("gaussian", SCORED_ROWS, COLS);
  const train = matrix(readDataFile(trainFile).x, TRAIN_ROWS, COLS);
  const scored = matrix(readDataFile(scoredFile).x, SCORED_ROWS, COLS);
  const fitted = new Map<string, number>();
  const fitters = singleThreaded().map(({ isa, kernels }): Contestant => {
    const run = () => {
      const start = performance.now();
      const { state } = oneClassSvm({ nu: NU, solver: "exact" }).fitSync(train, { kernels, threads: 1 });
      const seconds = (performance.now() - start) / 1000;
      if (state.solver === "exact") fitted.set(isa, state.coefficients.length);
      return seconds;
    };
    return { name: `telltale ${isa}`, run };
  });
  if (peer !== undefined) {
    const run = async () => {
      const request = { file: trainFile.file, rows: TRAIN_ROWS, cols: COLS, nu: NU };
      const { seconds, made } = await peer.ask<{ readonly seconds: number; readonly made: number }>(
        "one_class_svm.fit",
        request,
      );
      fitted.set("scikit-learn", made);
      return seconds;
    };
    fitters.push({ name: "scikit-learn", run });
  }
  const fits = await compare({ name: fitName, task: "fit", unit: "fits", work: 1 }, fitters, FIT_GOALS, given);
  requireSameSupport(fitted);
  const onnx = packages.has("onnxruntime") && packages.has("skl2onnx");
  const scorers = scoring(scored, train, scoredFile.file, peer, onnx);
  const described = { name: scoreName, task: "score", unit: "rows", work: SCORED_ROWS } as const;
  return [fits, await compare(described, scorers, SCORE_GOALS, given)];
}

function scoring(x: Matrix, train: Matrix, file: string, peer: PythonPeer | undefined, onnx: boolean): Contestant[] {
  let expected: Float64Array | undefined;
  const contestants = (["float64", "float32"] as const).flatMap((precision) =>
    singleThreaded().map(({ isa, kernels }): Contestant => {
      const name = `telltale ${isa}${precision === "float32" ? ", float32" : ""}`;
      let model: FittedDetector | undefined;
      const run = () => {
        model ??= oneClassSvm({ nu: NU, precision, solver: "exact" }).fitSync(train, { kernels }) as never;
        const start = performance.now();
        const scores = (model as FittedDetector).scoreSync(x, { kernels, threads: 1 });
        const seconds = (performance.now() - start) / 1000;
        expected ??= scores;
        requireAgreement(name, scores, expected, AGREEMENT["scikit-learn"]);
        return seconds;
      };
      return { name, run };
    }),
  );
  if (peer === undefined) return contestants;
  for (const library of ["scikit-learn", ...(onnx ? (["onnxruntime"] as const) : [])] as const) {
    const made = scoresFile(`one-class-svm-${library}`);
    const run = async () => {
      const request = { library, file, rows: x.rows, cols: x.cols, scores: made };
      const { seconds } = await peer.ask<{ readonly seconds: number }>("one_class_svm.score", request);
      requireAgreement(library, readDoubles(made), expected as Float64Array, AGREEMENT[library]);
      return seconds;
    };
    contestants.push({ name: library, run });
  }
  return contestants;
}

function requireSameSupport(fitted: ReadonlyMap<string, number>): void {
  const counts = [...fitted.values()];
  if (Math.max(...counts) - Math.min(...counts) <= 0.01 * Math.max(...counts)) return;
  throw new WrongResult(`${NAMES[0]}: the numbers of support vectors differ: ${[...fitted].join("; ")}`);
}

function requireAgreement(name: string, found: Float64Array, expected: Float64Array, within: number): void {
  const at = found.findIndex((score, i) => !(Math.abs(score - (expected[i] as number)) <= within));
  if (at < 0 && found.length === expected.length) return;
  throw new WrongResult(`${NAMES[1]}: ${name} scores row ${at} ${found[at]}; expected ${expected[at]}`);
}
