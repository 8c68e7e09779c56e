import { createInterface } from "node:readline";
import { byteStream, readHead } from "../source/bytes.js";

/** The first line of a newline-delimited JSON file that is no JSON object, from 1; DuckDB's own count can be off by one. */
export async function firstBrokenLine(file: string): Promise<{ line: number; problem: string } | undefined> {
  const { gzip } = await readHead(file, 2);
  const lines = createInterface({ input: byteStream(file, gzip), crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  try {
    for await (const text of lines) {
      line++;
      if (text.trim() === "") continue;
      try {
        const value: unknown = JSON.parse(text);
        if (typeof value !== "object" || value === null || Array.isArray(value))
          return { line, problem: "it is no object" };
      } catch (error) {
        return { line, problem: (error as Error).message };
      }
    }
  } finally {
    lines.close();
  }
  return undefined;
}
