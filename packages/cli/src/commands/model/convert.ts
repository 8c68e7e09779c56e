import { extname } from "node:path";
import { fromXgboost, ParamError, toXgboost, type XgboostFormat, xgboostNotes } from "@telltale/core";
import { writeFileAtomic } from "@telltale/data";
import { readModel, readWith } from "../../input/model-file.js";
import { bytes as size } from "../../output/numbers.js";
import type { Session } from "../../session.js";

export interface ConvertFlags {
  readonly best?: boolean;
}

type Kind = XgboostFormat | "safetensors";

const KINDS = new Map<string, Kind>([
  [".json", "json"],
  [".ubj", "ubj"],
  [".ubjson", "ubj"],
  [".safetensors", "safetensors"],
]);

/** Turns a model of XGBoost into a model file, or the other way round, by the extensions of the names. */
export async function convert(from: string, to: string, flags: ConvertFlags, session: Session): Promise<void> {
  const [source, target] = [kindOf(from, "from"), kindOf(to, "to")];
  const best = flags.best === true;
  if (best && source === "safetensors") {
    throw new ParamError("PARAM_UNKNOWN", "--best: a model file of Telltale has the best rounds only", {
      remedy: "Leave the flag out",
    });
  }
  const { model } =
    source === "safetensors"
      ? await readModel(from)
      : await readWith(from, (bytes) => fromXgboost(bytes, { rounds: best ? "best" : "all" }));
  const written = target === "safetensors" ? model.save() : toXgboost(model, { format: target });
  await writeFileAtomic(to, written);
  const notes = [
    ...(source === "safetensors" ? [] : (xgboostNotes(model)?.notes ?? [])),
    ...(target !== "safetensors" && model.threshold !== undefined
      ? ["the threshold is left out: XGBoost has no place for it"]
      : []),
  ];
  if (session.json) {
    session.printJson({ from, to, bytes: written.byteLength, notes });
    return;
  }
  for (const note of notes) session.say(`telltale: note: ${note}`);
  session.say(`telltale: wrote ${to}, ${size(written.byteLength)}`);
}

function kindOf(file: string, name: string): Kind {
  const kind = KINDS.get(extname(file).toLowerCase());
  if (kind !== undefined) return kind;
  throw new ParamError("PARAM_RANGE", `${name}: expected a name that ends in .json, .ubj or .safetensors`, {
    where: { file },
    remedy: "XGBoost writes .json and .ubj, Telltale .safetensors",
  });
}
