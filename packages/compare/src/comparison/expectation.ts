/** How long the rest will take, from what each detector took before. */
export class Expectation {
  /** Sum and number of the seconds of each detector. */
  readonly #seconds: Float64Array;
  readonly #runs: Uint32Array;

  constructor(detectors: number) {
    this.#seconds = new Float64Array(detectors);
    this.#runs = new Uint32Array(detectors);
  }

  /** A run of a detector has taken so many seconds. */
  took(detector: number, seconds: number): void {
    this.#seconds[detector] = (this.#seconds[detector] as number) + seconds;
    this.#runs[detector] = (this.#runs[detector] as number) + 1;
  }

  /**
   * Seconds of the runs that are left, detector after detector in turn.
   *
   * @param runs  how many
   * @param next  the detector whose turn it is
   * @returns undefined while a detector that is to run has not run yet
   */
  secondsLeft(runs: number, next: number): number | undefined {
    const detectors = this.#runs.length;
    const rounds = Math.floor(runs / detectors);
    let total = 0;
    for (let d = 0; d < detectors; d++) {
      const position = (d - next + detectors) % detectors;
      const left = rounds + (position < runs % detectors ? 1 : 0);
      if (left === 0) continue;
      if (this.#runs[d] === 0) return undefined;
      total += (left * (this.#seconds[d] as number)) / (this.#runs[d] as number);
    }
    return total;
  }
}
