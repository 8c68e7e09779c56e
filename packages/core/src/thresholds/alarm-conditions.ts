import { ParamError } from "../errors.js";
import { int, type ParamSchema, type ParamValues, resolveParams } from "../params/params.js";

/** Rows that a condition may look back over: it bounds the memory of a stream. */
const MOST_ROWS = 1_000_000;

/** What turns single flags into alarms; every rule takes them by name, as in `quantile:0.995,hits=3,of=5`. */
export const alarmParams = {
  hits: int({ default: 1, min: 1, max: MOST_ROWS, doc: "Rows beyond the limit that an alarm takes." }),
  of: int({
    default: 1,
    min: 1,
    max: MOST_ROWS,
    doc: "Rows among which they have to be, the latest ones; default: hits.",
  }),
  hold: int({
    default: 0,
    min: 0,
    max: MOST_ROWS,
    doc: "Rows that an alarm goes on for after the last reason for it.",
  }),
  rest: int({ default: 0, min: 0, max: MOST_ROWS, doc: "Rows after an alarm in which no other one begins." }),
  guard: int({
    default: 0,
    min: 0,
    max: MOST_ROWS,
    doc: "First rows of a series that raise no alarm, as after a restart.",
  }),
} satisfies ParamSchema;

/** When rows beyond the limit are an alarm. */
export type AlarmConditions = ParamValues<typeof alarmParams>;

/**
 * The conditions with their defaults; undefined when they say nothing beyond the flag of each row.
 *
 * @throws {@link ParamError} `PARAM_TYPE`, `PARAM_RANGE`, `PARAM_UNKNOWN`
 */
export function alarmConditions(
  given: Readonly<Record<string, unknown>>,
  where = "alarm conditions",
): AlarmConditions | undefined {
  const hits = given.hits ?? alarmParams.hits.default;
  const conditions = resolveParams(alarmParams, { of: hits, ...given }, where);
  if (conditions.of < conditions.hits) {
    throw new ParamError("PARAM_RANGE", `${where}: hits=${conditions.hits} of ${conditions.of} rows can never be`, {
      remedy: "Let of be at least hits",
    });
  }
  const { of, hold, rest, guard } = conditions;
  return of === 1 && hold === 0 && rest === 0 && guard === 0 ? undefined : conditions;
}

/** As they follow a rule: `,hits=3,of=5`; what is at its default is left out. */
export function conditionsText({ hits, of, hold, rest, guard }: AlarmConditions): string {
  const said = { hits: hits === 1 ? 0 : hits, of: of === hits ? 0 : of, hold, rest, guard };
  return Object.entries(said)
    .flatMap(([name, value]) => (value === 0 ? [] : [`,${name}=${value}`]))
    .join("");
}

/** Turns the flags of one series, which may arrive in chunks, into alarms. */
export class AlarmFilter {
  readonly #conditions: AlarmConditions;
  /** Whether each of the latest rows was beyond the limit, by row modulo its length. */
  readonly #recent: Uint8Array;
  #hits = 0;
  #row = 0;
  #reason = Number.NEGATIVE_INFINITY;
  #ended = Number.NEGATIVE_INFINITY;
  #on = false;

  constructor(conditions: AlarmConditions) {
    this.#conditions = conditions;
    this.#recent = new Uint8Array(conditions.of);
  }

  /** @param flags  of the next rows, 1 = beyond the limit; they become 1 = alarm */
  push(flags: Uint8Array): Uint8Array {
    return flags.map((flag) => this.#next(flag));
  }

  #next(flag: number): 0 | 1 {
    const { hits, of, hold, rest, guard } = this.#conditions;
    const row = this.#row++;
    const at = row % of;
    this.#hits += flag - (this.#recent[at] as number);
    this.#recent[at] = flag;
    if (row < guard) return 0;
    // A row that is not beyond the limit begins no alarm, though enough of those before it were.
    if (this.#hits >= hits && (this.#on || (flag === 1 && row - this.#ended > rest))) {
      this.#on = true;
      this.#reason = row;
    } else if (this.#on && row - this.#reason > hold) {
      this.#on = false;
      this.#ended = row - 1;
    }
    return this.#on ? 1 : 0;
  }
}
