/** One file of a data set. */
export interface DataFile {
  /** Where it lies in the data set's folder. */
  readonly path: string;
  readonly address: string;
  /** Size; null when it is not known before the file is fetched. */
  readonly bytes: number | null;
  /**
   * Checksum of the bytes as published at that address. Null where no copy was at hand to take it from: it is then computed
   * and recorded when the file is first fetched, and compared whenever it is fetched again.
   */
  readonly sha256: string | null;
}

/** A public data set: where it is, what may be done with it, and what its columns and labels mean. */
export interface DataSet {
  /** Also the name of its folder. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly summary: string;
  readonly home: string;
  readonly licence: { readonly name: string; readonly address: string; readonly note?: string };
  readonly columns: string;
  /** What a label means. */
  readonly label: string;
  /** What readers of these files stumble over. */
  readonly traps: readonly string[];
  readonly files: readonly DataFile[];
  /** What a person has to do before the files can be had, where no program can; they are then not fetched. */
  readonly byHand?: readonly string[];
}
