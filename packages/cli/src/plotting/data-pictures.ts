import {
  autocorrelationChart,
  type Chart,
  classesChart,
  correlationChart,
  courseChart,
  distributionsChart,
  type Exploration,
  missingChart,
  pairsChart,
  pcaChart,
  samplingChart,
} from "@telltale/report";
import { UsageError } from "../failure.js";

export interface DataPictureFlags {
  readonly label?: string;
  readonly columns?: readonly string[];
  readonly pair?: readonly (readonly [string, string])[];
  readonly split?: number;
  readonly page?: number;
}

/** Draws what was seen of data. */
export function dataPicture(kind: string, seen: Exploration, flags: DataPictureFlags): Chart {
  const { columns, page, pair } = flags;
  const part = { ...(columns === undefined ? {} : { columns }), ...(page === undefined ? {} : { page }) };
  switch (kind) {
    case "course":
    case "split":
      return courseChart(seen, part);
    case "missing":
      return missingChart(seen);
    case "distribution":
      return distributionsChart(seen, part);
    case "correlation":
      return correlationChart(seen, part);
    case "scatter":
      return pairsChart(seen, pair === undefined ? {} : { pairs: pair });
    case "components":
      return pcaChart(seen.sample.x, seen.findings.labels === null ? undefined : seen.sample.labels);
    case "classes":
      return classesChart(seen);
    case "sampling":
      return samplingChart(seen);
    default:
      return autocorrelationChart(seen, part);
  }
}

/** @throws UsageError where a picture needs a flag that is not there */
export function requireDataFlags(kind: string, { label, split }: DataPictureFlags): void {
  if (kind === "classes" && label === undefined) {
    throw new UsageError("USAGE", "a picture of the classes needs labels", {
      remedy: "Name their column with --label",
    });
  }
  if (kind === "split" && split === undefined) {
    throw new UsageError("USAGE", "a picture of the split needs to know where it is", {
      remedy: "Give a share such as --split 0.7, or a number of rows",
    });
  }
}
