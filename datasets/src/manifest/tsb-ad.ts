import type { DataSet } from "./data-set.js";

/** TSB-AD, the benchmark of time series of Liu and Paparrizos. */
export const tsbAd: DataSet = {
  name: "tsb-ad",
  aliases: ["tsb"],
  title: "TSB-AD-U and TSB-AD-M",
  summary:
    "1,070 labelled series from 40 sources, of one column (U) and of several (M); two archives, the second of about half a gigabyte.",
  home: "https://github.com/TheDatumOrg/TSB-AD",
  licence: {
    name: "Apache-2.0 (the curation)",
    address: "https://thedatumorg.github.io/TSB-AD/",
    note: "Each source has terms of its own, listed there.",
  },
  columns: "the sensors; Label",
  label: "Label: 1 = anomaly. The file's name says where training ends (tr) and where the first anomaly begins (1st).",
  traps: ["unpack the archives before use, for example with unzip"],
  files: ["TSB-AD-U.zip", "TSB-AD-M.zip"].map((path) => ({
    path,
    bytes: null,
    sha256: null,
    address: `https://www.thedatum.org/datasets/${path}`,
  })),
};
