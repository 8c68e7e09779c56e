import { ParamError } from "../errors.js";
import type { Detector, DetectorFactory } from "./detector.js";

/** All detectors by name. Flags, docs, saving, conformance, benches and accuracy runs are made from this list. */
export class Registry {
  readonly #byName = new Map<string, DetectorFactory>();
  readonly #alias = new Map<string, string>();

  /** Adds a detector; packages outside core call this once when they are imported. */
  register(factory: unknown): void {
    const added = factory as DetectorFactory;
    const { name, aliases = [] } = added.spec;
    const words = [name, ...aliases];
    for (const word of words) {
      const holder = this.#alias.get(word);
      if (holder !== undefined && holder !== name) {
        throw new ParamError("PARAM_RANGE", `the name "${word}" already stands for the detector ${holder}`);
      }
    }
    for (const word of words) this.#alias.set(word, name);
    this.#byName.set(name, added);
  }

  /** The detector of that name or alias. Throws {@link ParamError} `PARAM_UNKNOWN` with the names there are. */
  get(name: string): DetectorFactory {
    const found = this.#byName.get(this.#alias.get(name.toLowerCase()) ?? "");
    if (found === undefined) {
      throw new ParamError("PARAM_UNKNOWN", `there is no detector "${name}"`, {
        remedy: `Detectors: ${[...this.#byName.keys()].join(", ")}`,
      });
    }
    return found;
  }

  has(name: string): boolean {
    return this.#alias.has(name.toLowerCase());
  }

  /** An unfitted detector by name: `registry.create("isolation-forest", { trees: 200 })`. */
  create(name: string, params: Readonly<Record<string, unknown>> = {}): Detector {
    return this.get(name)(params as never);
  }

  /** Every detector once, in the order they were registered. */
  list(): DetectorFactory[] {
    return [...this.#byName.values()];
  }
}

/** The detectors that names stand for. It stands below them, so that one made of others can look these up. */
export const registry = new Registry();
