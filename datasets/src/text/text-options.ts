/** Which rows of a generated set become text, and with which columns. */
export interface TextOptions {
  /** Whether the labels are written. Default true. */
  readonly labels?: boolean;
  /** First row to write and the one after the last. Default: all. */
  readonly from?: number;
  readonly to?: number;
}
