// Loads a model, scores a CSV file and shows what it found. No build step: the page's import map says where @telltale/core is.
import { load, matrix } from "@telltale/core";
import { numbersOf, parseCsv } from "./csv.js";

const WORST = 10;
const POINTS = 2000;
const part = (id) => document.getElementById(id);
let model;
let table;

part("model").addEventListener("change", ({ target }) =>
  attempt(async () => takeModel(await target.files[0].arrayBuffer())),
);
part("csv").addEventListener("change", ({ target }) => attempt(async () => takeCsv(await target.files[0].text())));
part("sample").addEventListener("click", () =>
  attempt(async () => {
    const fetched = await Promise.all(["sample.safetensors", "sample.csv"].map((name) => fetch(name)));
    await takeModel(await fetched[0].arrayBuffer());
    await takeCsv(await fetched[1].text());
  }),
);
const drop = part("drop");
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  attempt(async () => takeCsv(await event.dataTransfer.files[0].text()));
});

async function attempt(work) {
  part("wrong").textContent = "";
  try {
    await work();
  } catch (error) {
    part("wrong").textContent = error.message;
  }
}

async function takeModel(buffer) {
  model = await loaded(new Uint8Array(buffer));
  part("said").textContent = `Model: ${model.detector.spec.name}, ${model.cols} columns. Now the CSV file.`;
  if (table !== undefined) await score();
}

/** Neural detectors are fetched when a model has one. */
async function loaded(bytes) {
  try {
    return load(bytes);
  } catch (error) {
    if (error.code !== "MODEL_NEWER") throw error;
    await import("@telltale/deep/register");
    return load(bytes);
  }
}

async function takeCsv(text) {
  table = parseCsv(text);
  if (model === undefined) part("said").textContent = `${table.rows.length} rows. Now the model.`;
  else await score();
}

async function score() {
  const columns = model.columns ?? table.names.slice(0, model.cols);
  const x = matrix(numbersOf(table, columns), table.rows.length, columns.length, columns);
  const started = performance.now();
  const scores = await model.score(x);
  const seconds = (performance.now() - started) / 1000;
  const flags = model.threshold === undefined ? new Uint8Array(x.rows) : model.flag(scores);
  const flagged = flags.reduce((sum, flag) => sum + flag, 0);
  part("said").textContent = `${x.rows} rows scored in ${seconds.toFixed(2)} s; ${flagged} flagged.`;
  draw(scores, model.threshold?.threshold);
  await list(x, scores, flags, columns);
  offer(scores, flags);
}

/** The course of the scores: of each stretch of rows the highest one, so that no spike is lost. */
function draw(scores, threshold) {
  const finite = scores.filter(Number.isFinite);
  const high = finite.reduce((a, b) => Math.max(a, b), threshold ?? 0);
  const low = finite.reduce((a, b) => Math.min(a, b), threshold ?? high);
  const y = (value) => 210 - (200 * (value - low)) / (high - low || 1);
  const step = Math.max(1, Math.ceil(scores.length / POINTS));
  const points = [];
  for (let i = 0; i < scores.length; i += step) {
    const most = scores.subarray(i, i + step).reduce((a, b) => (b > a ? b : a), low);
    points.push(`${((1000 * i) / Math.max(1, scores.length - 1)).toFixed(1)},${y(most).toFixed(1)}`);
  }
  const line =
    threshold === undefined ? "" : `<line x1="0" x2="1000" y1="${y(threshold)}" y2="${y(threshold)}"></line>`;
  part("course").innerHTML = `<polyline points="${points.join(" ")}"></polyline>${line}`;
  part("figure").hidden = false;
}

/** The most anomalous rows, and the column that pushed each score up the most. */
async function list(x, scores, flags, columns) {
  const order = Array.from(scores.keys())
    .sort((a, b) => scores[b] - scores[a])
    .slice(0, WORST);
  const why = model.detector.spec.contributions === undefined ? undefined : await model.contributions(x);
  const body = part("worst").querySelector("tbody");
  body.replaceChildren(
    ...order.map((row) => {
      const line = document.createElement("tr");
      const shares = why?.data.subarray(row * why.cols, (row + 1) * why.cols);
      const most = shares?.reduce((best, share, j) => (share > shares[best] ? j : best), 0);
      const cells = [
        row + 1,
        columns.includes(table.names[0]) ? "" : table.rows[row][0],
        scores[row].toPrecision(4),
        flags[row] === 1 ? "yes" : "no",
        most === undefined ? "" : (why.columns?.[most] ?? columns[most]),
      ];
      for (const text of cells) line.insertCell().textContent = text;
      return line;
    }),
  );
  part("worst").hidden = false;
}

function offer(scores, flags) {
  const lines = Array.from(scores, (score, i) => `${i + 1},${score},${flags[i]}`);
  const link = part("save");
  if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([`row,score,anomaly\n${lines.join("\n")}\n`], { type: "text/csv" }));
  link.hidden = false;
}
