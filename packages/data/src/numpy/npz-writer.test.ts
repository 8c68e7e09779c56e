import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openSource } from "../index.js";
import { scratch } from "../testing/fixtures.js";
import { writeNpz } from "./npz-writer.js";

const { folder } = scratch();

it("writes arrays that read back as the same numbers, the same bytes every time", async () => {
  const x = Float64Array.of(1.5, -2, Number.NaN, 4e-300, 0.1, 6);
  const arrays = [
    { name: "X", shape: [3, 2], values: x },
    { name: "y", shape: [3], values: Uint8Array.of(0, 1, 0) },
    { name: "columns", texts: ["Druck °C", "𝛼"] },
  ];
  await writeNpz(`${folder}/a.npz`, arrays);
  await writeNpz(`${folder}/b.npz`, arrays);
  expect(readFileSync(`${folder}/b.npz`)).toEqual(readFileSync(`${folder}/a.npz`));
  const source = await openSource([`${folder}/a.npz`]);
  for await (const { matrix, labels } of source.matrices({ label: "y" })) {
    expect(matrix.columns).toEqual(["x0", "x1"]);
    expect(matrix.data).toEqual(x);
    expect(labels).toEqual(Uint8Array.of(0, 1, 0));
  }
  await source.close();
});

it("writes texts and any array by its name", async () => {
  await writeNpz(`${folder}/c.npz`, [
    { name: "names", texts: ["pump", "valve 2"] },
    { name: "score", shape: [2], values: Float64Array.of(1, 2) },
  ]);
  const source = await openSource([`${folder}/c.npz`]);
  expect(source.columns).toEqual(["names", "score"]);
  for await (const chunk of source.chunks()) {
    expect(chunk.columns.map(({ values }) => [...values])).toEqual([
      ["pump", "valve 2"],
      [1, 2],
    ]);
  }
  await source.close();
});
