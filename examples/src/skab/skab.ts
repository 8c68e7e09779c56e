// From raw sensor files to a model that is tried on valves it has never seen. `node examples/src/skab/skab.ts [data] [out]`
import "@telltale/deep/register";
import "@telltale/native/register";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type AnyDetector,
  boostedTrees,
  constant,
  type Evaluation,
  evaluate,
  type FittedPipeline,
  fixed,
  isolationForest,
  load,
  lof,
  oneClassSvm,
  pipeline,
  quantile,
  resample,
  rowRange,
  stackRows,
  standardize,
} from "@telltale/core";
import { lstmClassifier, lstmForecaster, rnnForecaster } from "@telltale/deep";
import {
  type Comparison,
  comparisonReport,
  confusionChart,
  explorationReport,
  explore,
  scoreReport,
} from "@telltale/report";
import { OutFolder } from "../reading/out-folder.ts";
import { joined, joinedScores, readSeries, type Series } from "../reading/series.ts";
import { simulateSkab } from "./simulated.ts";

/** Rows at the beginning of each file that the benchmark trains on. */
const TRAINING_ROWS = 400;
/** Learn from one valve, choose among the models on other faults, and try the choice on the valve that nobody has seen. */
const GROUPS = { train: "valve1", choose: "other", unseen: "valve2" } as const;

export interface SkabResult {
  readonly best: string;
  /** Model → group → how good it is. */
  readonly evaluations: Readonly<Record<string, Readonly<Record<string, Evaluation>>>>;
  readonly report: string;
  readonly model: string;
}

export interface SkabOptions {
  /** Pattern of the files of each group. Default: all. */
  readonly files?: string;
  /** Passes of the neural detectors over their training rows. Default 12. */
  readonly epochs?: number;
}

export async function skab(folder: string, out: OutFolder, options: SkabOptions = {}): Promise<SkabResult> {
  const { files = "*.csv", epochs = 12 } = options;
  const columns = { time: "datetime", label: "anomaly", drop: ["changepoint"] };
  const group = (name: string) => readSeries([`${folder}/${name}/${files}`], columns);
  const [train, choose, unseen] = [await group(GROUPS.train), await group(GROUPS.choose), await group(GROUPS.unseen)];

  // 1. Look at the data: missing values, distributions, correlations, how telling each pair of sensors is, class balance.
  const all = stackRows(train.map(({ x }) => x));
  const labels = joined(train.map((series) => series.labels));
  const table = all.columns?.map((name, j) => {
    return {
      name,
      type: "float64" as const,
      values: Float64Array.from({ length: all.rows }, (_, i) => all.data[i * all.cols + j] as number),
    };
  });
  const seen = explore({ rows: all.rows, columns: table ?? [] }, {}, labels);

  // 2. Detectors that need no labels learn the beginning of each file; the others learn all rows, with SMOTE for the rarer class.
  const healthy = train.map(({ x }) => rowRange(x, 0, Math.min(TRAINING_ROWS, x.rows)));
  const models: Record<string, FittedPipeline> = {};
  const detectors: AnyDetector[] = [
    isolationForest({ trees: 200, seed: 7 }),
    lof({ k: 20 }),
    oneClassSvm({ nu: 0.05 }),
    rnnForecaster({ units: 32, epochs, seed: 7 }),
    // Its layers add their input to their output: skip connections.
    lstmForecaster({ units: 32, layers: 2, skip: true, epochs, seed: 7 }),
  ];
  for (const detector of detectors) {
    const unfitted = pipeline({ steps: [standardize()], detector, threshold: quantile(0.99) });
    models[detector.spec.name] = await unfitted.fit(healthy);
  }
  const balanced = await resample(all, labels, { method: "smote", seed: 7 });
  models["boosted-trees"] = await pipeline({
    detector: boostedTrees({ rounds: 100, maxDepth: 4, seed: 7 }),
    threshold: fixed(0.5),
  }).fit(balanced.x, { labels: balanced.y });

  models["lstm-classifier"] = await pipeline({
    steps: [standardize()],
    detector: lstmClassifier({ units: 32, balance: "smote", epochs, seed: 7 }),
    threshold: fixed(0.5),
  }).fit(
    train.map(({ x }) => x),
    { labels },
  );
  // The control: whatever is no better than "always an anomaly" has found nothing.
  models.constant = await pipeline({ detector: constant(), threshold: fixed(-1) }).fit(healthy);

  // 3. Every model on every group.
  const evaluations: Record<string, Record<string, Evaluation>> = {};
  for (const [name, model] of Object.entries(models)) {
    evaluations[name] = {
      [GROUPS.train]: (await judge(model, train)).evaluation,
      [GROUPS.choose]: (await judge(model, choose)).evaluation,
      [GROUPS.unseen]: (await judge(model, unseen)).evaluation,
    };
  }

  // 4. The choice is made on other faults, saved, loaded again, and only then shown the unseen valve.
  const auc = (name: string) => evaluations[name]?.[GROUPS.choose]?.metrics.rocAuc ?? 0;
  const best = Object.keys(models).reduce((a, b) => (auc(b) > auc(a) ? b : a));
  const bytes = (models[best] as FittedPipeline).save();
  const saved = out.write("best.safetensors", bytes);
  const final = await judge(load(bytes), unseen);

  const page = scoreReport({
    title: `SKAB: ${best} on the unseen ${GROUPS.unseen}`,
    ...final,
    times: joinedScores(unseen.map(({ times }) => times)),
    sensors: stackRows(unseen.map(({ x }) => x)),
  });
  const report = out.report("skab.html", {
    ...page,
    parts: [
      { kind: "heading", text: "The models beside each other" },
      ...comparisonReport(compared(evaluations)).parts,
      { kind: "chart", chart: confusionChart(final.evaluation.confusion) },
      ...page.parts,
      { kind: "heading", text: `The training data: ${GROUPS.train}` },
      ...explorationReport(seen, { title: GROUPS.train }).parts,
    ],
  });
  return { best, evaluations, report, model: saved };
}

async function judge(model: FittedPipeline, group: readonly Series[]) {
  const scores = joinedScores(await Promise.all(group.map(({ x }) => model.score(x))));
  const flags = model.flag(scores);
  const labels = joined(group.map((series) => series.labels));
  return { scores, flags, labels, evaluation: evaluate(labels, scores, flags) };
}

function compared(evaluations: SkabResult["evaluations"]): Comparison {
  const groups = Object.values(GROUPS);
  return {
    title: "Models and groups of files",
    summary: `Learned from ${GROUPS.train}; ${GROUPS.unseen} was not looked at before the choice was made.`,
    metrics: groups.flatMap((group) => [
      { key: `${group} auc`, name: `ROC-AUC ${group}` },
      { key: `${group} f1`, name: `F1 ${group}` },
    ]),
    detectors: Object.entries(evaluations).map(([name, byGroup]) => ({
      name,
      supervised: name === "boosted-trees" || name === "lstm-classifier",
      control: name === "constant",
      metrics: Object.fromEntries(
        groups.flatMap((group) => [
          [`${group} auc`, byGroup[group]?.metrics.rocAuc ?? null],
          [`${group} f1`, byGroup[group]?.metrics.f1 ?? null],
        ]),
      ),
    })),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [given, target = "skab-out"] = process.argv.slice(2);
  const real = fileURLToPath(new URL("../../../../shared/datasets/skab", import.meta.url));
  const out = new OutFolder(target);
  const folder = given ?? (existsSync(real) ? real : simulateSkab(out.file("data")));
  const { best, evaluations, report } = await skab(folder, out);
  for (const [name, byGroup] of Object.entries(evaluations)) {
    const figures = Object.entries(byGroup).map(([group, { metrics }]) => `${group} F1 ${metrics.f1.toFixed(2)}`);
    console.log(`${name}: ${figures.join(", ")}`);
  }
  console.log(`best on other faults: ${best}; see ${report}`);
}
