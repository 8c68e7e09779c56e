/** How a column of a table is set. */
export type Align = "left" | "right";

/**
 * A table in plain text: columns as wide as their longest cell, two blanks between them, nothing after the last one.
 *
 * @param rows  cells, row after row; the first row may be a heading
 */
export function textTable(rows: readonly (readonly string[])[], align: readonly Align[] = [], indent = 0): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, j) => {
      widths[j] = Math.max(widths[j] ?? 0, cell.length);
    });
  const lines = rows.map((row) => {
    const cells = row.map((cell, j) =>
      align[j] === "right" ? cell.padStart(widths[j] ?? 0) : cell.padEnd(widths[j] ?? 0),
    );
    return `${" ".repeat(indent)}${cells.join("  ")}`.trimEnd();
  });
  return lines.join("\n");
}
