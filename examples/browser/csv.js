/**
 * The cells of a CSV text, for a page: delimiter from the header, quoted cells, any line end.
 *
 * @param {string} text
 * @returns {{ names: string[], rows: string[][] }}
 */
export function parseCsv(text) {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const delimiter = [";", "\t", ","].reduce((a, b) => (header.split(b).length > header.split(a).length ? b : a));
  const rows = [[""]];
  let quoted = false;
  for (let i = text.charCodeAt(0) === 0xfeff ? 1 : 0; i < text.length; i++) {
    const sign = text[i];
    const row = rows[rows.length - 1];
    const last = row.length - 1;
    if (quoted) {
      if (sign !== '"') row[last] += sign;
      else if (text[i + 1] === '"') row[last] += text[++i];
      else quoted = false;
    } else if (sign === '"' && row[last] === "") quoted = true;
    else if (sign === delimiter) row.push("");
    else if (sign === "\n") rows.push([""]);
    else if (sign !== "\r") row[last] += sign;
  }
  const [names = [], ...found] = rows.filter((row) => row.length > 1 || row[0] !== "");
  return { names, rows: found };
}

/**
 * The columns that a model asks for, as one row-major array. An empty cell is a missing value.
 *
 * @param {{ names: string[], rows: string[][] }} table
 * @param {readonly string[]} columns
 * @returns {Float64Array}
 */
export function numbersOf({ names, rows }, columns) {
  const places = columns.map((name) => {
    const place = names.indexOf(name);
    if (place < 0) throw new Error(`The file has no column "${name}"; it has ${names.join(", ")}.`);
    return place;
  });
  const values = new Float64Array(rows.length * columns.length);
  rows.forEach((row, i) => {
    places.forEach((place, j) => {
      const cell = (row[place] ?? "").trim();
      const value = cell === "" ? Number.NaN : Number(cell);
      if (cell !== "" && Number.isNaN(value)) {
        throw new Error(`Row ${i + 1}, column "${columns[j]}": a number was expected; found "${cell}".`);
      }
      values[i * columns.length + j] = value;
    });
  });
  return values;
}
