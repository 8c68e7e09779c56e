import type { DataSet } from "./data-set.js";

const COMMIT = "1d16c8f4f943005d613b5bc962e9eeb06058cf07";

const FILES: readonly (readonly [path: string, bytes: number | null, sha256: string | null])[] = [
  ["ETTh1.csv", null, null],
  ["ETTh2.csv", 2417960, "a3dc2c597b9218c7ce1cd55eb77b283fd459a1d09d753063f944967dd6b9218b"],
  ["ETTm1.csv", null, null],
  ["ETTm2.csv", null, null],
];

/** Electricity transformer temperature. */
export const etdataset: DataSet = {
  name: "etdataset",
  aliases: ["ett", "etth2"],
  title: "Electricity transformer data (ETT)",
  summary:
    "Loads and oil temperature of two transformers over two years: hourly (h1, h2) and every quarter of an hour (m1, m2).",
  home: "https://github.com/zhouhaoyi/ETDataset",
  licence: {
    name: "CC BY-ND 4.0",
    address: "https://github.com/zhouhaoyi/ETDataset/blob/main/LICENSE",
    note: "Changed copies may not be published.",
  },
  columns:
    "date; HUFL, HULL, MUFL, MULL, LUFL, LULL (high, middle and low voltage side: useful and useless load); OT (oil temperature, °C)",
  label: "There are no labels.",
  traps: ["MUFL is the middle useful load, LULL the low useless load; other expansions that are seen are wrong"],
  files: FILES.map(([path, bytes, sha256]) => ({
    path,
    bytes,
    sha256,
    address: `https://raw.githubusercontent.com/zhouhaoyi/ETDataset/${COMMIT}/ETT-small/${path}`,
  })),
};
