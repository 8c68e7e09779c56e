import { availableParallelism } from "node:os";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** Memory that DuckDB may use for a file of a few columns. */
const BASE_MEGABYTES = 256;

/**
 * DuckDB, in this process, with nothing on disk. Memory is bounded: what a streamed query needs is a few buffers, whatever
 * the length of the file.
 */
export class Engine {
  readonly #threads: number;
  #megabytes = BASE_MEGABYTES;
  #instance: Promise<DuckDBInstance> | undefined;

  constructor(threads: number = Math.min(4, availableParallelism())) {
    this.#threads = Math.max(1, Math.trunc(threads));
  }

  /** Begins to load DuckDB (some 150 ms), so that this and other work overlap. */
  warm(): void {
    this.#start().catch(() => {});
  }

  /**
   * A connection of its own: a connection has one streamed query at a time.
   *
   * @param columns  how many columns will be read; a row has to fit many times over into the memory that DuckDB may use
   */
  async connect(columns = 0): Promise<DuckDBConnection> {
    const connection = await (await this.#start()).connect();
    const megabytes = BASE_MEGABYTES + Math.ceil(columns / 4);
    if (megabytes > this.#megabytes) {
      this.#megabytes = megabytes;
      await connection.run(`SET memory_limit = '${megabytes}MB'`);
    }
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run("SET streaming_buffer_size = '8MB'");
    return connection;
  }

  async close(): Promise<void> {
    const instance = this.#instance;
    this.#instance = undefined;
    (await instance?.catch(() => undefined))?.closeSync();
  }

  #start(): Promise<DuckDBInstance> {
    this.#instance ??= import("@duckdb/node-api").then(({ DuckDBInstance }) =>
      DuckDBInstance.create(":memory:", {
        threads: String(this.#threads),
        memory_limit: `${BASE_MEGABYTES}MB`,
        preserve_insertion_order: "true",
        autoinstall_known_extensions: "false",
        autoload_known_extensions: "false",
      }),
    );
    return this.#instance;
  }
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path as an SQL literal that DuckDB does not take for a glob pattern or for a remote address. */
export function pathLiteral(path: string): string {
  const local = /^[a-z][a-z0-9+.-]*:\/\//i.test(path) ? `./${path}` : path;
  return literal(local.replace(/[[*?]/g, (sign) => `[${sign}]`));
}
