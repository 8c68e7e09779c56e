/** What a picture is made of: the rows of files, scored rows, encoded rows, or a model. */
export type PlotSource = "data" | "scores" | "codes" | "model";

export interface PlotKind {
  readonly name: string;
  readonly source: PlotSource;
  /** Scored rows need labels beside them. */
  readonly labelled?: boolean;
  readonly summary: string;
}

/** Every kind of picture, as the command line names it. */
export const PLOT_KINDS: readonly PlotKind[] = [
  { name: "course", source: "data", summary: "every column over time" },
  { name: "missing", source: "data", summary: "where values are missing" },
  { name: "distribution", source: "data", summary: "histograms of the columns, by class with --label" },
  { name: "correlation", source: "data", summary: "correlation of the columns" },
  { name: "scatter", source: "data", summary: "two columns against each other: the most telling pairs, or --pair" },
  { name: "components", source: "data", summary: "the rows on their first two principal components" },
  { name: "classes", source: "data", summary: "how many anomalies there are, and where; needs --label" },
  { name: "sampling", source: "data", summary: "steps between the rows, and gaps" },
  { name: "autocorrelation", source: "data", summary: "how long values are remembered, and seasons" },
  { name: "split", source: "data", summary: "training and validation part of every column; needs --split" },
  { name: "over-time", source: "scores", summary: "scores with the threshold and the flagged rows" },
  { name: "anomalies", source: "scores", summary: "columns, scores and flagged episodes under each other" },
  { name: "histogram", source: "scores", summary: "histogram of the scores, by class with labels" },
  { name: "box", source: "scores", summary: "box plot of the scores, by class with labels" },
  { name: "roc", source: "scores", labelled: true, summary: "ROC curve" },
  { name: "pr", source: "scores", labelled: true, summary: "precision against recall" },
  { name: "cost", source: "scores", labelled: true, summary: "cost of false and missed alarms by threshold" },
  { name: "confusion", source: "scores", labelled: true, summary: "confusion matrix" },
  { name: "contributions", source: "scores", summary: "which columns made the flagged episodes; needs --model" },
  { name: "latent", source: "codes", summary: "the rows as the variables that an autoencoder of --model encodes" },
  { name: "loss", source: "model", summary: "loss by epoch of a neural model" },
];

/** Formats of a picture, by the extension of its file. */
export const PLOT_FORMATS = ["svg", "png", "html", "json", "csv"] as const;
export type PlotFormat = (typeof PLOT_FORMATS)[number];
