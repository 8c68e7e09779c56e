export { type Chart, type ChartColumn, type ChartOption, type ChartValue, toCsv } from "./chart.js";
export { byDatasetChart } from "./comparison/by-dataset.js";
export type { ComparedDataset, ComparedDetector, ComparedMetric, Comparison } from "./comparison/comparison.js";
export { comparisonReport, comparisonTable } from "./comparison/comparison-report.js";
export { qualityChart } from "./comparison/quality.js";
export { rankChart } from "./comparison/ranks.js";
export { qualitySpeedChart } from "./comparison/speed.js";
export { spikes } from "./downsample.js";
export { type ScoredTable, scoreReport } from "./evaluation-report.js";
export type { ValueCount } from "./explore/column-profile.js";
export type { Course, StretchView } from "./explore/course.js";
export type {
  ColumnFindings,
  DataWarning,
  Exploration,
  Findings,
  Pair,
  SplitFindings,
} from "./explore/exploration.js";
export { columnsTable, type ExplorationPage, explorationReport } from "./explore/exploration-report.js";
export { type ExploreOptions, Explorer, explore } from "./explore/explorer.js";
export type { LabelFindings } from "./explore/label-profile.js";
export { autocorrelationChart } from "./explore/pictures/autocorrelation.js";
export { classesChart } from "./explore/pictures/classes.js";
export { correlationChart } from "./explore/pictures/correlation.js";
export { courseChart } from "./explore/pictures/course.js";
export { distributionsChart } from "./explore/pictures/distributions.js";
export { missingChart } from "./explore/pictures/missing.js";
export { pairsChart } from "./explore/pictures/pairs.js";
export { samplingChart } from "./explore/pictures/sampling.js";
export type { SampledRows } from "./explore/row-sample.js";
export { KPSS_LEVEL_5, kpss } from "./explore/stationarity.js";
export type { ExploredColumn, ExploredTable, NumbersColumn, TextColumn, TruthColumn } from "./explore/table.js";
export type { Gap, TimeFindings } from "./explore/time-profile.js";
export { toHtml } from "./render/page.js";
export { type PngOptions, toPng } from "./render/png.js";
export { type SvgOptions, toSvg } from "./render/svg.js";
export type { Report, ReportPart, ReportTable } from "./report.js";
export { anomaliesChart } from "./results/anomalies.js";
export { confusionChart } from "./results/confusion-matrix.js";
export { contributionsChart, type EpisodeContributions, episodeContributions } from "./results/contributions.js";
export { costChart, precisionRecallChart, rocChart } from "./results/curves.js";
export { type LatentOptions, latentChart, pcaChart } from "./results/latent.js";
export { type LossHistory, lossChart } from "./results/loss.js";
export { scoresOverTime, sensorsOverTime } from "./results/over-time.js";
export { scoreBoxPlot, scoreHistogram } from "./results/score-distributions.js";
export type { TimeAxis } from "./results/time-axis.js";
export { type ColourRole, DARK, LIGHT, type Theme } from "./theme.js";
export { type TrainedModel, trainingReport } from "./training-report.js";
