import { RECURRENT_GATES, type RecurrentLayer } from "@telltale/core";
import { requireFloats, requireFloatsOrNone, requireSize } from "../module/checked-arguments.js";
import type { Workspace } from "../module/workspace.js";

/** Columns of a panel, and rows of a tile, in `assembly/products.ts`. */
export const PANEL = 8;
const TILE = 4;
export const TILE_LENGTH = TILE * PANEL;
/** What a block's sequences take in memory, about: a second-level cache holds it. */
const BLOCK_BYTES = 2 ** 20;

const CELLS = { lstm: 0, gru: 1, rnn: 2 } as const;

/** The width of a row that ends with a whole panel. */
export const padded = (width: number) => Math.ceil(width / PANEL) * PANEL;

export const widthOf = ({ cell, units }: RecurrentLayer) => RECURRENT_GATES[cell] * units;

/** Values of x that a sequence has. */
export const inputsOf = ({ repeated, steps, inputs }: RecurrentLayer) => (repeated ? inputs : steps * inputs);

/** Sequences that are worked at together, each of which takes so many numbers. */
export function blockRows(rows: number, numbersPerRow: number): number {
  const fitting = Math.floor(BLOCK_BYTES / 4 / Math.max(1, numbersPerRow) / TILE) * TILE;
  return Math.max(1, Math.min(rows, Math.max(TILE, fitting)));
}

/** Refuses what both passes of a layer may not be given. */
export function checkLayer(layer: RecurrentLayer): void {
  const { cell, rows, steps, inputs, units } = layer;
  requireSize("rows", rows, 0);
  for (const [name, size] of Object.entries({ steps, inputs, units })) requireSize(name, size, 1);
  const width = widthOf(layer);
  requireFloats("x", layer.x, rows * inputsOf(layer));
  requireFloats("inputWeights", layer.inputWeights, inputs * width);
  requireFloats("recurrentWeights", layer.recurrentWeights, units * width);
  requireFloats("bias", layer.bias, width * (cell === "gru" ? 2 : 1));
  requireFloatsOrNone("initial", layer.initial, rows * units * (cell === "lstm" ? 2 : 1));
}

/** The fields of a pass that say what the layer is. */
export function layerFields({ cell, activation, steps, inputs, units, repeated }: RecurrentLayer) {
  return { cell: CELLS[cell], relu: activation === "relu" ? 1 : 0, steps, inputs, units, repeated: repeated ? 1 : 0 };
}

/** The arrays of a block of sequences, which lie one after the other in those of the call. */
export class Block {
  constructor(
    readonly workspace: Workspace,
    readonly from: number,
    readonly rows: number,
  ) {}

  #part(values: Float32Array, width: number, before = 0): Float32Array {
    return values.subarray(before + this.from * width, before + (this.from + this.rows) * width);
  }

  /** Copies a block's part of an array, each row of which has `width` numbers, to an address; nothing where there is none. */
  write(at: number, values: Float32Array, width: number, before = 0): void {
    if (at !== 0) this.workspace.write(at, this.#part(values, width, before));
  }

  read(at: number, values: Float32Array, width: number, before = 0): void {
    if (at !== 0) this.workspace.read(at, this.#part(values, width, before));
  }

  /** Copies states of `units` to rows that lie `across` apart, zeros in all other places; zeros where there is none. */
  writeStates(at: number, values: Float32Array, units: number, across: number, before: number): void {
    this.workspace.fill(at, 0, this.rows * across);
    if (values.length === 0) return;
    for (let r = 0; r < this.rows; r++) {
      const from = before + (this.from + r) * units;
      this.workspace.write(at + 4 * r * across, values.subarray(from, from + units));
    }
  }

  readStates(at: number, values: Float32Array, units: number, across: number, before: number): void {
    for (let r = 0; r < this.rows; r++) {
      const from = before + (this.from + r) * units;
      this.workspace.read(at + 4 * r * across, values.subarray(from, from + units));
    }
  }
}
