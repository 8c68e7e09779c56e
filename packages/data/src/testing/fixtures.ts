import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TelltaleError } from "@telltale/core";
import { afterAll, expect } from "vitest";
import { openSource } from "../index.js";
import type { MatrixChunk } from "../source/chunks.js";
import type { ReadOptions } from "../source/reader.js";
import type { MatrixOptions } from "../source/source.js";

/** A folder for the files of one test file, removed after it. */
export function scratch(): { folder: string; file: (name: string, content: string | Uint8Array) => string } {
  const folder = mkdtempSync(join(tmpdir(), "telltale-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
  };
}

/** Everything that a source gives, in one piece. */
export async function readAll(
  paths: string | readonly string[],
  options: MatrixOptions = {},
  reading: ReadOptions = {},
): Promise<{ rows: number[][]; chunks: MatrixChunk[]; labels: number[]; names: readonly string[] }> {
  const source = await openSource([paths].flat(), reading);
  try {
    const chunks: MatrixChunk[] = [];
    for await (const chunk of source.matrices(options)) chunks.push(chunk);
    const rows = chunks.flatMap(({ matrix }) =>
      Array.from({ length: matrix.rows }, (_, i) => [...matrix.data.subarray(i * matrix.cols, (i + 1) * matrix.cols)]),
    );
    const labels = chunks.flatMap(({ labels: found }) => [...(found ?? [])]);
    return { rows, chunks, labels, names: chunks[0]?.matrix.columns ?? [] };
  } finally {
    await source.close();
  }
}

/** The error that a promise ends with; fails when there is none. */
export async function errorOf(promise: Promise<unknown>): Promise<TelltaleError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error, "an error was expected").toBeInstanceOf(TelltaleError);
  return error as TelltaleError;
}

/** Where the public data sets lie, when they are there. */
export function dataset(...path: string[]): string | undefined {
  const root = fileURLToPath(new URL("../../../../../shared/datasets", import.meta.url));
  const found = join(root, ...path);
  if (existsSync(found)) return found;
  console.warn(`skipped: ${join("../shared/datasets", ...path)} is not there`);
  return undefined;
}

/** All items of an asynchronous sequence. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

/** The values of a column, of whatever type, as an ordinary array. */
export function valuesOf(column: { readonly values: ArrayLike<string | number | null> } | undefined): unknown[] {
  return Array.from<unknown>(column?.values ?? []);
}
