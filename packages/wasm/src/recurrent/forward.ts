import { RECURRENT_KEPT, type RecurrentForwardArgs } from "@telltale/core";
import { requireFloats, requireFloatsOrNone } from "../module/checked-arguments.js";
import type { Engine } from "../module/engine.js";
import { Block, blockRows, checkLayer, inputsOf, layerFields, padded, widthOf } from "./layer.js";
import { placePass, writePass } from "./pass.js";

/** See {@link RecurrentForwardArgs}: block after block of sequences. */
export function recurrentForward({ functions, workspace }: Engine, args: RecurrentForwardArgs): void {
  const { cell, rows, steps, inputs, units, initial, hidden, cells, gates } = args;
  checkLayer(args);
  const [state, kept] = [steps * units, steps * units * RECURRENT_KEPT[cell]];
  requireFloats("hidden", hidden, rows * state);
  requireFloatsOrNone("cells", cells, cell === "lstm" ? rows * state : 0);
  // The forward pass of an rnn leaves no more for the backward one than its states.
  const keeps = gates.length > 0 && cell !== "rnn";
  requireFloatsOrNone("gates", gates, rows * kept);

  const width = widthOf(args);
  const stride = padded(width);
  const given = inputsOf(args);
  workspace.begin();
  const inputPanels = workspace.place(inputs * stride);
  const statePanels = workspace.place(units * stride);
  const unpacked = workspace.place(Math.max(inputs, units) * width);
  workspace.write(unpacked, args.inputWeights.subarray(0, inputs * width));
  functions.packColumns(unpacked, inputs, width, 0, width, inputPanels);
  workspace.write(unpacked, args.recurrentWeights.subarray(0, units * width));
  functions.packColumns(unpacked, units, width, 0, width, statePanels);
  const bias = workspace.zeros(2 * stride);
  workspace.write(bias, args.bias.subarray(0, width));
  if (cell === "gru") workspace.write(bias + 4 * stride, args.bias.subarray(width, 2 * width));

  const most = blockRows(rows, given + (cell === "lstm" ? 2 : 1) * state + (keeps ? kept : 0) + 2 * stride);
  const place = (present: boolean, length: number) => (present ? workspace.place(most * length) : 0);
  const pass = placePass(workspace);
  const started = initial.length > 0;
  const fields = {
    ...layerFields(args),
    ...{ inputPanels, statePanels, bias, zeros: workspace.zeros(padded(units)) },
    x: place(true, given),
    start: place(started, units),
    hidden: place(true, state),
    cells: place(cell === "lstm" && cells.length > 0, state),
    gates: place(keeps, kept),
    ofInput: place(true, stride),
    z: place(true, stride),
    memory: place(true, units),
  };
  for (let from = 0; from < rows; from += most) {
    const block = new Block(workspace, from, Math.min(most, rows - from));
    block.write(fields.x, args.x, given);
    block.write(fields.start, initial, units);
    if (started) block.write(fields.memory, initial, units, cell === "lstm" ? rows * units : 0);
    else workspace.fill(fields.memory, 0, block.rows * units);
    writePass(workspace, pass, { ...fields, rows: block.rows });
    functions.recurrentForward(pass);
    block.read(fields.hidden, hidden, state);
    block.read(fields.cells, cells, state);
    block.read(fields.gates, gates, kept);
  }
}
