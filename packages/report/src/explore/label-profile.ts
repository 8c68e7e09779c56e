import { DataError, type Labels } from "@telltale/core";

/** How labels are spread. */
export interface LabelFindings {
  readonly column: string;
  readonly normal: number;
  readonly anomalies: number;
  /** Anomalies as a share of all rows. */
  readonly share: number;
  /** Runs of anomalous rows, none over the end of a file. */
  readonly episodes: number;
  /** Rows of the longest one. */
  readonly longest: number;
}

/** Counts classes and episodes as rows come. */
export class LabelProfile {
  readonly #column: string;
  readonly #counts: [number, number] = [0, 0];
  #episodes = 0;
  #longest = 0;
  #run = 0;

  constructor(column: string) {
    this.#column = column;
  }

  add(labels: Labels | undefined, begins: boolean): void {
    if (labels === undefined) {
      throw new DataError("DATA_LABEL", "labels were given for some rows, and are not there for others");
    }
    if (begins) this.#run = 0;
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] === 1) {
        this.#counts[1]++;
        if (this.#run++ === 0) this.#episodes++;
        if (this.#run > this.#longest) this.#longest = this.#run;
      } else {
        this.#counts[0]++;
        this.#run = 0;
      }
    }
  }

  findings(): LabelFindings {
    const [normal, anomalies] = this.#counts;
    return {
      column: this.#column,
      normal,
      anomalies,
      share: anomalies / Math.max(1, normal + anomalies),
      episodes: this.#episodes,
      longest: this.#longest,
    };
  }
}
