/**
 * A block of sequences through a recurrent layer, forward or back: sizes, and where arrays and working memory lie, 0 for those
 * that are absent. src/recurrent/pass.ts writes these numbers in this order.
 */
@unmanaged
export class Pass {
  /** 0 lstm, 1 gru, 2 rnn. */
  cell: usize;
  relu: u32;
  rows: usize;
  steps: usize;
  inputs: usize;
  units: usize;
  repeated: u32;
  x: usize;
  /** h before the first step, rows × units. */
  start: usize;
  /** c before the first step. */
  startMemory: usize;
  hidden: usize;
  cells: usize;
  gates: usize;
  /** Of the forward pass: weights in panels of columns, the bias in padded rows. */
  inputPanels: usize;
  statePanels: usize;
  bias: usize;
  /** A padded row of zeros. */
  zeros: usize;
  /** Forward: rows × padded width each. */
  ofInput: usize;
  z: usize;
  /** Forward: rows × units, c of an lstm, h of a gru. */
  memory: usize;
  /** Back, from here on. The weights of the state that its reset gate acts on, transposed, in panels: `gru`. */
  innerPanels: usize;
  hiddenGradient: usize;
  xGradient: usize;
  /** rows × padded units each. */
  ofHidden: usize;
  ofMemory: usize;
  /** rows × width, where x is repeated. */
  sums: usize;
  /** steps × PANEL, or rows × PANEL where that is more. */
  panel: usize;
  tile: usize;
  /** Gradients, summed up over all blocks: in panels of columns, the bias in padded rows. */
  ofInputWeights: usize;
  ofStateWeights: usize;
  ofBias: usize;
}

export function gatesOf(cell: usize): usize {
  return cell === 0 ? 4 : cell === 1 ? 3 : 1;
}

export function keptOf(cell: usize): usize {
  return cell === 2 ? 1 : 4;
}
