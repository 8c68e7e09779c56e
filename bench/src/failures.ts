/** A result that is not the one it has to be: nothing is timed then. */
export class WrongResult extends Error {
  constructor(problem: string) {
    super(`wrong result: ${problem}`);
  }
}

/** `--case` with a text that no case contains. */
export class NoSuchCase extends Error {
  constructor(text: string, names: readonly string[]) {
    super(`--case: expected a part of a case's name; found "${text}". The cases are: ${names.join("; ")}`);
  }
}
