/** One record of a CSV text. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** The line on which it begins, from 1. */
  readonly line: number;
  /** How it ends. */
  readonly newline: "\n" | "\r\n" | "\r" | "";
  /** A quoted field was still open at the end of the text. */
  readonly unterminated: boolean;
}

const LF = 10;
const CR = 13;
const QUOTE = 34;

/**
 * Splits CSV text (RFC 4180: quotes around fields, doubled inside) into records, piece by piece. It knows where each record
 * stands, which the fast parser does not say, and serves to look at the start of a file and to find out what is wrong with one.
 */
export class RecordSplitter {
  readonly #delimiter: number;
  #fields: string[] = [];
  #field = "";
  #line = 1;
  #recordLine = 1;
  /** Outside quotes, inside them, just after a closing one, just after CR. */
  #state: "start" | "plain" | "quoted" | "closed" | "cr" = "start";
  #atRecordStart = true;

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** The records that end within this piece. */
  *push(text: string): IterableIterator<CsvRecord> {
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (this.#state === "cr") {
        this.#state = "start";
        yield this.#record(code === LF ? "\r\n" : "\r");
        from = code === LF ? i + 1 : i;
        if (code === LF) continue;
      }
      if (this.#state === "quoted") {
        if (code === LF) this.#line++;
        if (code !== QUOTE) continue;
        this.#field += text.slice(from, i);
        from = i + 1;
        this.#state = "closed";
        continue;
      }
      if (code === QUOTE && this.#state === "closed") {
        // A doubled quote stands for one.
        this.#field += '"';
        from = i + 1;
        this.#state = "quoted";
      } else if (code === QUOTE && this.#state === "start") {
        from = i + 1;
        this.#state = "quoted";
        this.#atRecordStart = false;
      } else if (code === this.#delimiter) {
        this.#endField(text.slice(from, i));
        from = i + 1;
      } else if (code === LF) {
        this.#endField(text.slice(from, i));
        from = i + 1;
        yield this.#record("\n");
      } else if (code === CR) {
        this.#endField(text.slice(from, i));
        this.#state = "cr";
        from = i + 1;
      } else if (this.#state === "start") {
        this.#state = "plain";
        this.#atRecordStart = false;
      }
    }
    this.#field += text.slice(from);
  }

  /** The last record, when the text does not end with a line end. */
  *end(): IterableIterator<CsvRecord> {
    if (this.#state === "cr") {
      this.#state = "start";
      yield this.#record("\r");
    } else if (!this.#atRecordStart || this.#fields.length > 0) {
      const unterminated = this.#state === "quoted";
      this.#endField("");
      yield this.#record("", unterminated);
    }
  }

  #endField(rest: string): void {
    this.#fields.push(this.#field + rest);
    this.#field = "";
    this.#state = "start";
    this.#atRecordStart = false;
  }

  #record(newline: CsvRecord["newline"], unterminated = false): CsvRecord {
    const record = { fields: this.#fields, line: this.#recordLine, newline, unterminated };
    this.#fields = [];
    this.#line++;
    this.#recordLine = this.#line;
    this.#atRecordStart = true;
    return record;
  }
}

/** Whether a record is an empty line; in a file of several columns such lines are no rows. */
export function isBlank(record: CsvRecord): boolean {
  return record.fields.length === 1 && record.fields[0] === "";
}
