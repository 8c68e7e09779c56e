/**
 * Text out of files, made safe for a terminal: control characters, with which a column name could move the cursor or
 * change colours, are shown as escapes.
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (sign) =>
    sign === "\n" ? sign : `\\u${(sign.codePointAt(0) as number).toString(16).padStart(4, "0")}`,
  );
}
