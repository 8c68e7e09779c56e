import { ModelFileError } from "../errors.js";
import { VERSION } from "../version.js";
import { asInteger, asNames, asObject, type Json, type JsonObject, parseJson } from "./json.js";
import { decodeSafetensors, encodeSafetensors, type ModelArray } from "./safetensors.js";

/** Of the layout below; a file with a higher one is from a newer Telltale. */
const FORMAT_VERSION = 1;
const MAX_COLS = 2 ** 24;
const MAX_STEPS = 64;
const TRAINING_SCORES = "training.scores";

/** Arrays and plain values by name: what a fitted step or detector consists of. */
export type PlainState = Readonly<Record<string, ModelArray | number | string | boolean>>;

/** A named part of a model with its parameters and what it has learned. */
export interface PartDescription {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly state: PlainState;
}

/** Everything a model file holds, before names are turned into steps and detectors. */
export interface ModelDescription {
  readonly detector: PartDescription;
  readonly steps: readonly PartDescription[];
  /** Columns of the input. */
  readonly cols: number;
  readonly columns: readonly string[] | undefined;
  /** A fitted threshold as its `toJSON` gives it. */
  readonly threshold: unknown;
  /** Facts about the training. */
  readonly training: Readonly<Record<string, unknown>>;
  /** Scores of the training rows, when they are kept. */
  readonly trainingScores?: Float64Array | undefined;
  /** Texts that the program which fitted the model wants back. */
  readonly notes: Readonly<Record<string, string>>;
  /** Version of the library that wrote the file. */
  readonly libraryVersion: string;
}

/** Writes a model file; the same model gives the same bytes. */
export function encodeModel(model: Omit<ModelDescription, "libraryVersion">): Uint8Array {
  const arrays = new Map<string, ModelArray>();
  if (model.trainingScores !== undefined) arrays.set(TRAINING_SCORES, model.trainingScores);
  const text = (prefix: string, part: PartDescription) => ({
    name: part.name,
    params: part.params,
    values: takeArrays(prefix, part.state, arrays),
  });
  const metadata = new Map<string, string>([
    ["format", "telltale"],
    ["formatVersion", String(FORMAT_VERSION)],
    ["libraryVersion", VERSION],
    ["detector", JSON.stringify(text("detector.", model.detector))],
    ["steps", JSON.stringify(model.steps.map((step, i) => text(`steps.${i}.`, step)))],
    ["cols", String(model.cols)],
    ["columns", JSON.stringify(model.columns ?? null)],
    ["threshold", JSON.stringify(model.threshold ?? null)],
    ["training", JSON.stringify(model.training)],
    ["notes", JSON.stringify(model.notes)],
  ]);
  return encodeSafetensors({ arrays, metadata });
}

/** Moves the arrays of a state under prefixed names; returns the plain values. */
function takeArrays(prefix: string, state: PlainState, arrays: Map<string, ModelArray>): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [key, value] of Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (ArrayBuffer.isView(value)) {
      arrays.set(prefix + key, value);
    } else {
      if (typeof value === "number" && !Number.isFinite(value)) {
        throw new TypeError(`${prefix}${key}: a plain number of a model must be finite; keep others in an array`);
      }
      values[key] = value;
    }
  }
  return values;
}

/**
 * Reads a model file; trusts nothing in it.
 *
 * @throws {@link ModelFileError} `MODEL_TRUNCATED`, `MODEL_FOREIGN`, `MODEL_NEWER`, `MODEL_CORRUPT`
 */
export function decodeModel(bytes: Uint8Array): ModelDescription {
  const { arrays, metadata } = decodeSafetensors(bytes);
  if (metadata.get("format") !== "telltale") {
    throw new ModelFileError("MODEL_FOREIGN", "this safetensors file was not written by Telltale", {
      remedy: "Give a file that was written by save()",
    });
  }
  const libraryVersion = metadata.get("libraryVersion") ?? "unknown";
  checkVersion(metadata.get("formatVersion"), libraryVersion);
  const field = (name: string): Json => {
    const text = metadata.get(name);
    if (text === undefined) throw corrupt(`"${name}" is not in its metadata`);
    return parseJson(text, `"${name}"`);
  };
  const steps = field("steps");
  if (!Array.isArray(steps) || steps.length > MAX_STEPS) throw corrupt(`"steps" is not a list of up to ${MAX_STEPS}`);
  const taken = new Set<string>();
  const detector = readPart(field("detector"), "detector.", arrays, taken);
  const stepParts = steps.map((step: Json, i: number) => readPart(step, `steps.${i}.`, arrays, taken));
  const trainingScores = arrays.get(TRAINING_SCORES);
  if (trainingScores !== undefined && !(trainingScores instanceof Float64Array)) {
    throw corrupt("its training scores are no doubles");
  }
  taken.add(TRAINING_SCORES);
  const stray = [...arrays.keys()].find((name) => !taken.has(name));
  if (stray !== undefined) throw corrupt(`array ${JSON.stringify(stray.slice(0, 60))} belongs to no part of the model`);
  const cols = asInteger(field("cols"), '"cols"', 1, MAX_COLS);
  const names = field("columns");
  const columns = names === null ? undefined : asNames(names, '"columns"');
  if (columns !== undefined && columns.length !== cols) throw corrupt(`${cols} columns have ${columns.length} names`);
  return {
    detector,
    steps: stepParts,
    cols,
    columns,
    threshold: field("threshold") ?? undefined,
    training: asObject(field("training"), '"training"'),
    trainingScores,
    notes: readNotes(asObject(field("notes"), '"notes"')),
    libraryVersion,
  };
}

function checkVersion(text: string | undefined, libraryVersion: string): void {
  const version = Number(text);
  if (text === undefined || !/^\d{1,9}$/.test(text) || version < 1) throw corrupt("it has no format version");
  if (version > FORMAT_VERSION) {
    const found = `the model file has format ${version} (written by ${libraryVersion.slice(0, 40)})`;
    throw new ModelFileError(
      "MODEL_NEWER",
      `${found}; this is ${VERSION}, which reads up to format ${FORMAT_VERSION}`,
      {
        remedy: "Update Telltale to the version that made the model",
      },
    );
  }
}

function readPart(
  json: Json,
  prefix: string,
  arrays: ReadonlyMap<string, ModelArray>,
  taken: Set<string>,
): PartDescription {
  const part = asObject(json, `part ${prefix}`);
  const { name } = part;
  if (typeof name !== "string") throw corrupt(`part ${prefix} has no name`);
  const state: Record<string, ModelArray | number | string | boolean> = Object.create(null);
  for (const [key, value] of Object.entries(asObject(part.values, `the values of ${prefix}`))) {
    if (typeof value === "object") throw corrupt(`${prefix}${key} is not a plain value`);
    state[key] = value;
  }
  for (const [key, array] of arrays) {
    if (!key.startsWith(prefix)) continue;
    const short = key.slice(prefix.length);
    if (short === "__proto__" || Object.hasOwn(state, short)) throw corrupt(`${prefix}${short} is there twice`);
    state[short] = array;
    taken.add(key);
  }
  return { name, params: asObject(part.params, `the parameters of ${prefix}`), state };
}

function readNotes(notes: JsonObject): Readonly<Record<string, string>> {
  const wrong = Object.entries(notes).find(([, value]) => typeof value !== "string");
  if (wrong !== undefined) throw corrupt("a note is not text");
  return notes as Readonly<Record<string, string>>;
}

function corrupt(what: string): ModelFileError {
  return new ModelFileError("MODEL_CORRUPT", `the model file is damaged: ${what}`, {
    remedy: "Save the model again, or fetch the file again",
  });
}
