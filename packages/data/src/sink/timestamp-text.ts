const DAY = 86_400_000;

/**
 * Writes times as `2020-03-09 10:14:33`, with as much of a fraction as there is (to the microsecond): what pandas, DuckDB and spreadsheets
 * read as a time. The date is made once a day, since rows that follow each other mostly lie on the same one.
 */
export function timestampFormatter(): (milliseconds: number) => string {
  let day = Number.NaN;
  let date = "";
  return (milliseconds) => {
    const micros = Math.round(milliseconds * 1000);
    const today = Math.floor(micros / (DAY * 1000));
    if (today !== day) {
      day = today;
      const at = new Date(today * DAY);
      date = Number.isNaN(at.getTime()) ? "" : `${at.toISOString().split("T", 1)[0]} `;
    }
    if (date === "") return "";
    const rest = micros - today * DAY * 1000;
    const seconds = Math.floor(rest / 1e6);
    const fraction = rest - seconds * 1e6;
    const time = `${date}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    if (fraction === 0) return time;
    return `${time}.${fraction % 1000 === 0 ? String(fraction / 1000).padStart(3, "0") : String(fraction).padStart(6, "0")}`;
  };
}

const TWO = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));

function two(n: number): string {
  return TWO[n] as string;
}
