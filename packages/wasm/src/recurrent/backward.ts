import { RECURRENT_KEPT, type RecurrentBackwardArgs } from "@telltale/core";
import { requireFloats, requireFloatsOrNone } from "../module/checked-arguments.js";
import type { Engine } from "../module/engine.js";
import { Block, blockRows, checkLayer, inputsOf, layerFields, PANEL, padded, TILE_LENGTH, widthOf } from "./layer.js";
import { placePass, writePass } from "./pass.js";

/** Refuses arrays that are too short; what is absent may be empty. */
function check(args: RecurrentBackwardArgs): void {
  const { cell, rows, steps, inputs, units } = args;
  checkLayer(args);
  const states = rows * units * (cell === "lstm" ? 2 : 1);
  const all = rows * steps * units;
  const width = widthOf(args);
  requireFloats("hidden", args.hidden, all);
  requireFloats("cells", args.cells, cell === "lstm" ? all : 0);
  requireFloats("gates", args.gates, all * RECURRENT_KEPT[cell]);
  requireFloatsOrNone("hiddenGradient", args.hiddenGradient, all);
  requireFloatsOrNone("lastGradient", args.lastGradient, states);
  requireFloatsOrNone("xGradient", args.xGradient, rows * inputsOf(args));
  requireFloats("inputGradient", args.inputGradient, inputs * width);
  requireFloats("recurrentGradient", args.recurrentGradient, units * width);
  requireFloats("biasGradient", args.biasGradient, width * (cell === "gru" ? 2 : 1));
  requireFloatsOrNone("initialGradient", args.initialGradient, states);
}

/** Gradients for every sequence, and the sums of those of the weights, block after block of sequences. */
export function recurrentBackward({ functions, workspace }: Engine, args: RecurrentBackwardArgs): void {
  const { cell, rows, steps, inputs, units, initial, hidden, cells, gates } = args;
  const { hiddenGradient, lastGradient, xGradient, initialGradient } = args;
  check(args);
  const [lstm, gru] = [cell === "lstm", cell === "gru"];
  const width = widthOf(args);
  const [stride, across] = [padded(width), padded(units)];
  const [given, state] = [inputsOf(args), steps * units];
  const kept = state * RECURRENT_KEPT[cell];
  const first = gru ? 2 * units : width;

  workspace.begin();
  const unpacked = workspace.place(Math.max(inputs, units) * width);
  const statePanels = workspace.place(first * across);
  const innerPanels = workspace.place(gru ? units * across : 0);
  const inputPanels = workspace.place(xGradient.length > 0 ? width * padded(inputs) : 0);
  workspace.write(unpacked, args.recurrentWeights.subarray(0, units * width));
  functions.packTransposed(unpacked, units, width, 0, first, statePanels);
  if (gru) functions.packTransposed(unpacked, units, width, first, width, innerPanels);
  if (xGradient.length > 0) {
    workspace.write(unpacked, args.inputWeights.subarray(0, inputs * width));
    functions.packTransposed(unpacked, inputs, width, 0, width, inputPanels);
  }

  const perRow = 2 * given + (lstm ? 3 : 2) * state + kept + 2 * across + width;
  const most = blockRows(rows, perRow);
  const place = (present: boolean, length: number) => (present ? workspace.place(most * length) : 0);
  const started = initial.length > 0;
  const pass = placePass(workspace);
  const fields = {
    ...layerFields(args),
    ...{ statePanels, innerPanels, inputPanels },
    zeros: workspace.zeros(padded(inputs)),
    tile: workspace.place(TILE_LENGTH),
    panel: workspace.place(Math.max(steps, most) * PANEL),
    x: place(true, given),
    start: place(started, units),
    startMemory: place(started && lstm, units),
    hidden: place(true, state),
    cells: place(lstm, state),
    gates: place(true, kept),
    hiddenGradient: place(hiddenGradient.length > 0, state),
    xGradient: place(xGradient.length > 0, given),
    ofHidden: place(true, across),
    ofMemory: place(lstm, across),
    sums: place(args.repeated, width),
    ofInputWeights: workspace.zeros(inputs * stride),
    ofStateWeights: workspace.zeros(units * stride),
    ofBias: workspace.zeros(2 * stride),
  };
  for (let from = 0; from < rows; from += most) {
    const block = new Block(workspace, from, Math.min(most, rows - from));
    block.write(fields.x, args.x, given);
    block.write(fields.start, initial, units);
    block.write(fields.startMemory, initial, units, rows * units);
    block.write(fields.hidden, hidden, state);
    block.write(fields.cells, cells, state);
    block.write(fields.gates, gates, kept);
    block.write(fields.hiddenGradient, hiddenGradient, state);
    block.writeStates(fields.ofHidden, lastGradient, units, across, 0);
    if (lstm) block.writeStates(fields.ofMemory, lastGradient, units, across, rows * units);
    if (args.repeated) workspace.fill(fields.sums, 0, block.rows * width);
    writePass(workspace, pass, { ...fields, rows: block.rows });
    functions.recurrentBackward(pass);
    block.read(fields.gates, gates, kept);
    block.read(fields.xGradient, xGradient, given);
    if (initialGradient.length === 0) continue;
    block.readStates(fields.ofHidden, initialGradient, units, across, 0);
    if (lstm) block.readStates(fields.ofMemory, initialGradient, units, across, rows * units);
  }

  functions.unpackColumns(fields.ofInputWeights, inputs, width, unpacked);
  workspace.read(unpacked, args.inputGradient.subarray(0, inputs * width));
  functions.unpackColumns(fields.ofStateWeights, units, width, unpacked);
  workspace.read(unpacked, args.recurrentGradient.subarray(0, units * width));
  workspace.read(fields.ofBias, args.biasGradient.subarray(0, width));
  if (gru) workspace.read(fields.ofBias + 4 * stride, args.biasGradient.subarray(width, 2 * width));
}
