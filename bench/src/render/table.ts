export interface Column {
  readonly head: string;
  readonly align?: "left" | "right";
}

/** A Markdown table that is also readable as it stands: cells padded to one width. Pipes in cells are escaped. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map(({ head }) => head), ...rows].map((row) =>
    columns.map((_, j) => (row[j] ?? "").replaceAll("|", "\\|")),
  );
  const widths = columns.map((_, j) => Math.max(3, ...cells.map((row) => widthOf(row[j] as string))));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, j) => pad(cell, widths[j] as number, columns[j]?.align)).join(" | ")} |`;
  const rule = columns.map(({ align }, j) => {
    const dashes = "-".repeat((widths[j] as number) - 1);
    return align === "right" ? `${dashes}:` : `${dashes}-`;
  });
  const [head, ...body] = cells;
  return [line(head as string[]), `| ${rule.join(" | ")} |`, ...body.map(line)].join("\n");
}

function widthOf(text: string): number {
  return [...text].length;
}

function pad(text: string, width: number, align: Column["align"]): string {
  const space = " ".repeat(width - widthOf(text));
  return align === "right" ? space + text : text + space;
}
