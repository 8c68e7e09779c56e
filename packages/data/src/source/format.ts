import { extname } from "node:path";
import type { InputFormat } from "./reader.js";

const EXTENSIONS: Readonly<Record<string, InputFormat>> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".tab": "csv",
  ".psv": "csv",
  ".txt": "csv",
  ".dat": "csv",
  ".parquet": "parquet",
  ".pq": "parquet",
  ".json": "json",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".arrow": "arrow",
  ".arrows": "arrow",
  ".feather": "arrow",
  ".ipc": "arrow",
  ".npy": "npy",
  ".npz": "npz",
};

const MAGIC: readonly (readonly [string, InputFormat])[] = [
  ["PAR1", "parquet"],
  ["ARROW1", "arrow"],
  ["\xff\xff\xff\xff", "arrow"],
  ["\x93NUMPY", "npy"],
  ["PK\x03\x04", "npz"],
  ["PK\x05\x06", "npz"],
];

/**
 * The format of a file: by its first bytes where a format has a mark, else by its name, else by what the text looks like.
 *
 * @param head  the first bytes, decompressed
 */
export function sniffFormat(file: string, head: Uint8Array): InputFormat {
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, 16)).toString("latin1");
  for (const [mark, format] of MAGIC) {
    if (start.startsWith(mark)) return format;
  }
  const named = EXTENSIONS[extname(file.replace(/\.gz$/i, "")).toLowerCase()];
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
    .toString("latin1")
    .replace(/^\xef\xbb\xbf/, "");
  const first = text.trimStart()[0];
  // A .json file with one object a line is common enough; only an array, or one object over several lines, is JSON proper.
  if (named === "json" || named === undefined) {
    if (first === "[") return "json";
    if (first === "{") return isObject(text.trimStart().split(/\r?\n/, 1)[0] ?? "") ? "ndjson" : "json";
  }
  return named ?? "csv";
}

function isObject(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
