import type { AffineBackwardArgs, AffineForwardArgs, AffineLayer } from "@telltale/core";
import { requireFloats, requireFloatsOrNone, requireSize } from "./module/checked-arguments.js";
import type { Engine } from "./module/engine.js";
import { blockRows, PANEL, padded, TILE_LENGTH } from "./recurrent/layer.js";

function checkLayer({ rows, inputs, outputs, x, weights }: AffineLayer): void {
  requireSize("rows", rows, 0);
  requireSize("inputs", inputs, 1);
  requireSize("outputs", outputs, 1);
  requireFloats("x", x, rows * inputs);
  requireFloats("weights", weights, inputs * outputs);
}

/** See {@link AffineForwardArgs}: block after block of rows. */
export function affineForward({ functions, workspace }: Engine, args: AffineForwardArgs): void {
  const { rows, inputs, outputs, x, weights, out } = args;
  checkLayer(args);
  requireFloats("bias", args.bias, outputs);
  requireFloats("out", out, rows * outputs);
  workspace.begin();
  const panels = workspace.place(inputs * padded(outputs));
  functions.packColumns(workspace.copy(weights.subarray(0, inputs * outputs)), inputs, outputs, 0, outputs, panels);
  const bias = workspace.zeros(padded(outputs));
  workspace.write(bias, args.bias.subarray(0, outputs));
  const tile = workspace.place(TILE_LENGTH);
  const most = blockRows(rows, inputs + outputs);
  const [from, to] = [workspace.place(most * inputs), workspace.place(most * outputs)];
  for (let row = 0; row < rows; row += most) {
    const end = Math.min(row + most, rows);
    workspace.write(from, x.subarray(row * inputs, end * inputs));
    functions.productRows(end - row, from, inputs, panels, inputs, bias, outputs, to, tile);
    workspace.read(to, out.subarray(row * outputs, end * outputs));
  }
}

/** See {@link AffineBackwardArgs}: block after block of rows, which add to the gradients of the weights. */
export function affineBackward({ functions, workspace }: Engine, args: AffineBackwardArgs): void {
  const { rows, inputs, outputs, x, weights, outGradient, xGradient, weightGradient, biasGradient } = args;
  checkLayer(args);
  requireFloats("outGradient", outGradient, rows * outputs);
  requireFloatsOrNone("xGradient", xGradient, rows * inputs);
  requireFloats("weightGradient", weightGradient, inputs * outputs);
  requireFloats("biasGradient", biasGradient, outputs);
  const wanted = xGradient.length > 0;
  workspace.begin();
  const unpacked = workspace.copy(weights.subarray(0, inputs * outputs));
  const panels = workspace.place(wanted ? outputs * padded(inputs) : 0);
  if (wanted) functions.packTransposed(unpacked, inputs, outputs, 0, outputs, panels);
  const zeros = workspace.zeros(padded(inputs));
  const tile = workspace.place(TILE_LENGTH);
  const ofWeights = workspace.zeros(inputs * padded(outputs));
  const ofBias = workspace.zeros(outputs);
  const most = blockRows(rows, 2 * inputs + outputs + PANEL);
  const given = workspace.place(most * inputs);
  const gradient = workspace.place(most * outputs);
  const ofX = workspace.place(wanted ? most * inputs : 0);
  const panel = workspace.place(most * PANEL);
  for (let row = 0; row < rows; row += most) {
    const end = Math.min(row + most, rows);
    workspace.write(given, x.subarray(row * inputs, end * inputs));
    workspace.write(gradient, outGradient.subarray(row * outputs, end * outputs));
    if (wanted) {
      functions.productRows(end - row, gradient, outputs, panels, outputs, zeros, inputs, ofX, tile);
      workspace.read(ofX, xGradient.subarray(row * inputs, end * inputs));
    }
    functions.affineGradients(end - row, given, inputs, gradient, outputs, panel, ofWeights, ofBias);
  }
  functions.unpackColumns(ofWeights, inputs, outputs, unpacked);
  workspace.read(unpacked, weightGradient.subarray(0, inputs * outputs));
  workspace.read(ofBias, biasGradient.subarray(0, outputs));
}
