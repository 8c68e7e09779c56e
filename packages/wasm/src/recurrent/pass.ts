import type { Workspace } from "../module/workspace.js";

/** The fields of `assembly/pass.ts`, in its order. */
const FIELDS = [
  ...["cell", "relu", "rows", "steps", "inputs", "units", "repeated"],
  ...["x", "start", "startMemory", "hidden", "cells", "gates"],
  ...["inputPanels", "statePanels", "bias", "zeros", "ofInput", "z", "memory"],
  ...["innerPanels", "hiddenGradient", "xGradient", "ofHidden", "ofMemory", "sums", "panel", "tile"],
  ...["ofInputWeights", "ofStateWeights", "ofBias"],
] as const;

export type Pass = { readonly [field in (typeof FIELDS)[number]]?: number };

/** The address of room for a pass. */
export function placePass(workspace: Workspace): number {
  return workspace.place(FIELDS.length);
}

/** Writes a pass to its address; what it does not name is 0, which stands for an absent array. */
export function writePass(workspace: Workspace, at: number, pass: Pass): void {
  workspace.writeWords(
    at,
    FIELDS.map((field) => pass[field] ?? 0),
  );
}
