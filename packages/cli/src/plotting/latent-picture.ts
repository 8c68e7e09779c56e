import { type FittedPipeline, type Kernels, type Matrix, stackRows } from "@telltale/core";
import type { Source } from "@telltale/data";
import { encode } from "@telltale/deep";
import { type Chart, latentChart, pcaChart } from "@telltale/report";
import { joinedBytes } from "../evaluation/joined.js";

export interface LatentFlags {
  readonly label?: string;
  readonly normal?: readonly string[];
}

/**
 * What the narrowest layer of an autoencoder holds of each row: two variables as they are, of more the first two principal
 * components.
 */
export async function latentPicture(
  model: FittedPipeline,
  source: Source,
  { label, normal }: LatentFlags,
  options: { readonly kernels: Kernels; readonly signal: AbortSignal },
): Promise<Chart> {
  const codes: Matrix[] = [];
  const labels: Uint8Array[] = [];
  const { signal, ...call } = options;
  for await (const chunk of source.matrices({ columns: model.columns, label, normal })) {
    signal.throwIfAborted();
    codes.push(await encode(model, chunk.matrix, call));
    if (chunk.labels !== undefined) labels.push(chunk.labels);
  }
  const points = stackRows(codes);
  const found = label === undefined ? undefined : joinedBytes(labels);
  if (points.cols === 2) return latentChart(points, found === undefined ? {} : { labels: found });
  const chart = pcaChart(points, found);
  return { ...chart, title: `${points.cols} encoded variables, first two principal components` };
}
