import { ParamError } from "@telltale/core";
import { ALL, type AskedDetector, detectorsAsked } from "../detectors-asked.js";
import type { RowKind } from "../suite.js";

/** A row of the table: a detector, and what it is there. */
export interface TransformerEntry {
  readonly name: string;
  readonly kind: RowKind;
  readonly settings: string;
  readonly asked: AskedDetector;
}

/** Hours of the windows of the k-means scorers. */
const WINDOWS = [1, 24] as const;
/** Detectors that run unless others are asked for. */
const DEFAULTS: readonly string[] = ["auto-series", "long-run-z", "level-shift", "stl", "var", "isolation-forest"];
const CONTROLS: readonly string[] = ["random", "constant", "z-score"];

/** The word for the published methods in a list of detectors. */
const PUBLISHED = "published";

/**
 * The rows: the k-means scorers of Darts, unless other detectors are asked for, those detectors, and the controls.
 *
 * @throws ParamError `PARAM_UNKNOWN`, `PARAM_TYPE`; `PARAM_RANGE` for one that learns from labels, when it is named
 */
export function transformerEntries(texts: readonly string[] | undefined): TransformerEntry[] {
  const published = texts === undefined || texts.includes(PUBLISHED) || texts.includes(ALL);
  const methods = WINDOWS.map((window): TransformerEntry => {
    const text = `kmeans-ad:base=(kmeans:k=8),window=${window},aggregate=mean`;
    return {
      name: `KMeansScorer, ${window} h`,
      kind: "method",
      settings: `${text}: Darts' KMeansScorer with its defaults, both loads together, window_agg`,
      asked: one(text),
    };
  });
  const named = (texts ?? DEFAULTS).filter((text) => text !== PUBLISHED);
  const detectors = detectorsAsked(named).filter(({ text, make }) => {
    if (make(0).spec.traits.supervised !== true) return true;
    if (!named.includes(text)) return false;
    throw new ParamError("PARAM_RANGE", `${text} learns from labels, and these loads have none`, {
      remedy: "Leave it out",
    });
  });
  const controls = CONTROLS.map((text) => entry(one(text), "control"));
  const names = new Set(controls.map(({ name }) => name));
  return [
    ...(published ? methods : []),
    ...detectors.map((each) => entry(each, "detector")).filter(({ name }) => !names.has(name)),
    ...controls,
  ];
}

function one(text: string): AskedDetector {
  return detectorsAsked([text])[0] as AskedDetector;
}

function entry(asked: AskedDetector, kind: RowKind): TransformerEntry {
  const window = asked.make(0).spec.input === "series" ? "its own windows" : "row by row";
  return { name: asked.text, kind, settings: `${asked.text}: ${window}`, asked };
}
