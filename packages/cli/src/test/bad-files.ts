/** What can be wrong with a file of two columns, and what must be said about it. */
export const BAD_FILES: readonly { name: string; text: string; code: string; says: RegExp }[] = [
  { name: "ragged.csv", text: "a,b\n1,2\n3\n4,5\n", code: "DATA_RAGGED", says: /ragged\.csv, line 3, row 2: 2 fields/ },
  {
    name: "text.csv",
    text: "a,b\n1,2\n3,x\n",
    code: "DATA_NOT_NUMERIC",
    says: /text\.csv, line 3, row 2, column "b": a number was expected; found "x"/,
  },
  { name: "empty.csv", text: "", code: "DATA_EMPTY", says: /empty\.csv: at least one row/ },
  { name: "header.csv", text: "a,b\n", code: "DATA_EMPTY", says: /header\.csv: at least one row/ },
  { name: "twice.csv", text: "a,a\n1,2\n", code: "COLUMN_DUPLICATE", says: /twice\.csv, column "a": two columns/ },
  {
    name: "nan.csv",
    text: "a,b\n1,2\n2,nan\n4,5\n",
    code: "DATA_MISSING",
    says: /nan\.csv, row 2, column "b": .*missing value.*--missing/,
  },
  {
    name: "gap.csv",
    text: "a,b\n1,2\n2,\n4,5\n",
    code: "DATA_MISSING",
    says: /gap\.csv, row 2, column "b": .*missing value.*--missing/,
  },
  {
    name: "inf.csv",
    text: "a,b\n1,2\n-inf,3\n",
    code: "DATA_INFINITE",
    says: /inf\.csv, row 2, column "a": .*-Infinity.*--infinite/,
  },
];
