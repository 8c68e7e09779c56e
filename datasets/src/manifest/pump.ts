import type { DataSet } from "./data-set.js";

/** The pump record on Kaggle. */
export const pump: DataSet = {
  name: "pump",
  aliases: ["pump-sensor-data", "kaggle-pump"],
  title: "Pump sensor data (Kaggle, nphantawee/pump-sensor-data)",
  summary:
    "52 sensors of a water pump, one row a minute from April to August 2018, with seven breakdowns: 220,320 rows.",
  home: "https://www.kaggle.com/datasets/nphantawee/pump-sensor-data",
  licence: {
    name: "not stated",
    address: "https://www.kaggle.com/datasets/nphantawee/pump-sensor-data",
    note: "It is had with an account of one's own.",
  },
  columns: "a row number under an empty header cell; timestamp; sensor_00 … sensor_51; machine_status",
  label: "machine_status: NORMAL, BROKEN (seven rows) or RECOVERING (14,477 rows).",
  traps: [
    "sensor_15 is empty; sensor_50 is silent from the middle of the record on; sensor_00 and sensor_51 have long gaps",
    "the first column is a row number, no sensor: leave it out",
  ],
  files: [],
  byHand: [
    "Sign in at https://www.kaggle.com and make an API token (Settings, API, Create New Token)",
    "Install Kaggle's program (pip install kaggle) and run: kaggle datasets download -d nphantawee/pump-sensor-data --unzip",
    "Or press Download on the page of the data set and unpack sensor.csv",
    "Without an account: telltale datasets generate water-pump makes data with the same columns",
  ],
};
