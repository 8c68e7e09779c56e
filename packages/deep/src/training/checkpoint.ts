import { decodeSafetensors, encodeSafetensors, type ModelArray, TrainingError } from "@telltale/core";
import type { TrainingProgress } from "./train.js";

const FORMAT = "telltale-checkpoint";

/** What a training needs to go on where it was. */
export interface Checkpoint {
  readonly progress: TrainingProgress;
  /** Everything that the training of a network changes, by name. */
  readonly arrays: Readonly<Record<string, ModelArray>>;
}

/** Bytes of a checkpoint: a safetensors file. */
export function encodeCheckpoint({ progress, arrays }: Checkpoint, fingerprint: string): Uint8Array {
  const { losses, validationLosses, rates, best, ...counts } = progress;
  const all: Record<string, ModelArray> = {
    ...Object.fromEntries(Object.entries(arrays).map(([name, values]) => [`network.${name}`, values])),
    "progress.losses": Float64Array.from(losses),
    "progress.validationLosses": Float64Array.from(validationLosses),
    "progress.rates": Float64Array.from(rates),
  };
  for (const [name, values] of Object.entries(best ?? {})) all[`best.${name}`] = values;
  const bestLoss = Number.isFinite(progress.bestLoss) ? progress.bestLoss : null;
  return encodeSafetensors({
    arrays: new Map(Object.entries(all)),
    metadata: new Map([
      ["format", FORMAT],
      ["fingerprint", fingerprint],
      ["counts", JSON.stringify({ ...counts, bestLoss })],
    ]),
  });
}

/**
 * The inverse of {@link encodeCheckpoint}.
 *
 * @param fingerprint  what the training is about: its parameters and rows
 * @param like  arrays as the network has them: those of the checkpoint must have their types and lengths
 * @throws `TrainingError` `TRAINING_CHECKPOINT` when it is none, or of another training
 */
export function decodeCheckpoint(
  bytes: Uint8Array,
  fingerprint: string,
  like: Readonly<Record<string, ModelArray>>,
): Checkpoint {
  const wrong = (what: string, cause?: unknown) =>
    new TrainingError("TRAINING_CHECKPOINT", `the checkpoint ${what}`, {
      remedy: "Begin the training anew, without it",
      cause,
    });
  let file: ReturnType<typeof decodeSafetensors>;
  try {
    file = decodeSafetensors(bytes);
  } catch (cause) {
    throw wrong("cannot be read", cause);
  }
  const { arrays: all, metadata } = file;
  if (metadata.get("format") !== FORMAT) throw wrong("is a file of another kind");
  if (metadata.get("fingerprint") !== fingerprint) throw wrong("is of a training with other rows or parameters");
  const arrays: Record<string, ModelArray> = {};
  const best: Record<string, ModelArray> = {};
  for (const [name, values] of Object.entries(like)) {
    const found = all.get(`network.${name}`);
    if (found?.constructor !== values.constructor || found.length !== values.length) {
      throw wrong(`does not hold ${name} of ${values.length} values`);
    }
    arrays[name] = found;
    const kept = all.get(`best.${name}`);
    if (kept !== undefined && kept.length === values.length) best[name] = kept;
  }
  const history = (name: string) => {
    const values = all.get(`progress.${name}`);
    if (!(values instanceof Float64Array)) throw wrong(`does not hold ${name}`);
    return [...values];
  };
  const counts = countsOf(metadata.get("counts"), wrong);
  return {
    arrays,
    progress: {
      losses: history("losses"),
      validationLosses: history("validationLosses"),
      rates: history("rates"),
      best: Object.keys(best).length === 0 ? undefined : (best as Record<string, Float32Array>),
      ...counts,
    },
  };
}

type Counts = Pick<TrainingProgress, "epoch" | "bestEpoch" | "bestLoss" | "waited" | "plateaus" | "stood">;

function countsOf(text: string | undefined, wrong: (what: string, cause?: unknown) => TrainingError): Counts {
  try {
    const { bestLoss, ...counts } = JSON.parse(text ?? "") as Record<string, unknown>;
    const names = ["epoch", "bestEpoch", "waited", "plateaus", "stood"] as const;
    if (!names.every((name) => Number.isSafeInteger(counts[name]) && (counts[name] as number) >= 0)) {
      throw new RangeError("a count is none");
    }
    return {
      ...(counts as unknown as Counts),
      bestLoss: typeof bestLoss === "number" ? bestLoss : Number.POSITIVE_INFINITY,
    };
  } catch (cause) {
    throw wrong("does not say how far it is", cause);
  }
}

/** A short text that two trainings share only when their settings and rows are the same (FNV-1a over both). */
export function fingerprintOf(settings: object, x: { readonly data: Float64Array; readonly rows: number }): string {
  let hash = 0x811c9dc5;
  const add = (word: number) => {
    hash = Math.imul(hash ^ word, 0x01000193);
  };
  const words = new Uint32Array(2);
  const number = new Float64Array(words.buffer);
  for (const value of x.data) {
    number[0] = value;
    add(words[0] as number);
    add(words[1] as number);
  }
  return `${JSON.stringify(settings)} ${x.rows} ${(hash >>> 0).toString(16)}`;
}
