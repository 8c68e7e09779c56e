import { MODULE } from "./module-bytes.js";
import { Workspace } from "./workspace.js";

/** The functions of `assembly/index.ts`. Arguments are addresses, and numbers of values. */
export interface Functions {
  recurrentForward(pass: number): void;
  recurrentBackward(pass: number): void;
  productRows(
    rows: number,
    a: number,
    aRow: number,
    panels: number,
    length: number,
    initial: number,
    width: number,
    out: number,
    tile: number,
  ): void;
  affineGradients(
    count: number,
    x: number,
    inputs: number,
    outGradient: number,
    outputs: number,
    panel: number,
    ofWeights: number,
    ofBias: number,
  ): void;
  panelProduct(
    rows: number,
    weights: number,
    row: number,
    step: number,
    panel: number,
    units: number,
    lanes: number,
    packed: number,
    initial: number,
    initialRow: number,
    out: number,
  ): void;
  panelWeightGradients(
    inputs: number,
    panel: number,
    sums: number,
    gradients: number,
    lanes: number,
    out: number,
  ): void;
  panelUnitSums(units: number, values: number, lanes: number, out: number): void;
  packColumns(from: number, rows: number, stride: number, first: number, last: number, to: number): void;
  packTransposed(from: number, rows: number, stride: number, first: number, last: number, to: number): void;
  unpackColumns(from: number, rows: number, width: number, to: number): void;
}

/** The module with its memory. A call has it for itself from beginning to end: nothing in it waits. */
export interface Engine {
  readonly functions: Functions;
  readonly workspace: Workspace;
}

/** The module's bytes, or why this engine cannot take them. */
export function moduleBytes(): Uint8Array<ArrayBuffer> | string {
  if (typeof WebAssembly !== "object") return "this JavaScript engine has no WebAssembly";
  const bytes = Uint8Array.from(atob(MODULE), (character) => character.charCodeAt(0));
  return WebAssembly.validate(bytes) ? bytes : "this JavaScript engine's WebAssembly has no 128-bit SIMD";
}

/** An instance of a compiled module. */
export function engineOf(module: WebAssembly.Module): Engine {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { functions: exports as unknown as Functions, workspace: new Workspace(memory) };
}
