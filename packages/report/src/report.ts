import type { Chart } from "./chart.js";

/** What stands on a page, from top to bottom. */
export type ReportPart =
  | { readonly kind: "chart"; readonly chart: Chart }
  | { readonly kind: "table"; readonly table: ReportTable }
  | { readonly kind: "text"; readonly text: string }
  /** Something that may not be as the reader thinks. */
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "heading"; readonly text: string };

export interface ReportTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** Texts and numbers; numbers stand right. */
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A page as plain data; {@link toHtml} writes it. */
export interface Report {
  readonly title: string;
  /** One sentence under the title. */
  readonly summary?: string;
  readonly parts: readonly ReportPart[];
  /** What made it, at the foot of the page. */
  readonly footer?: string;
}
