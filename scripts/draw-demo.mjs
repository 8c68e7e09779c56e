// Draws what `telltale demo` finds as docs/pictures/demo.svg, the picture of the README: node scripts/draw-demo.mjs

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { isolationForest, pipeline, quantile, standardize } from "@telltale/core";
import { pumpRig } from "@telltale/datasets";
import * as echarts from "echarts";

const TARGET = fileURLToPath(new URL("../docs/pictures/demo.svg", import.meta.url));
const SEED = 7;
const SENSORS = ["Volume Flow RateRMS", "Pressure", "Accelerometer1RMS"];
const INK = "#33415c";
const FAULT_COLOURS = { valve: "#f6c177", leak: "#9ccfd8", cavitation: "#c4a7e7", imbalance: "#eb9486" };

const healthy = pumpRig({ seed: SEED, rows: 7200, faults: [] });
const faulty = pumpRig({ seed: SEED + 1, rows: 4000 });
const model = pipeline({
  steps: [standardize()],
  detector: isolationForest({ trees: 200, seed: SEED }),
  threshold: quantile(0.995),
}).fitSync(healthy.matrix);
const scores = model.scoreSync(faulty.matrix);
const flags = model.flag(scores);

/** One value a second, as [second, value]. */
const points = (at) => Array.from({ length: faulty.matrix.rows }, (_, i) => [i, at(i)]);
const sensor = (name) => {
  const j = faulty.matrix.columns.indexOf(name);
  return points((i) => faulty.matrix.data[i * faulty.matrix.cols + j]);
};

const panels = [
  ...SENSORS.map((name) => ({ name, data: sensor(name) })),
  { name: "score", data: points((i) => scores[i]) },
];
const height = 110;
const gap = 26;
const top = 62;

const chart = echarts.init(null, null, {
  renderer: "svg",
  ssr: true,
  width: 960,
  height: top + panels.length * (height + gap) + 14,
});
chart.setOption({
  animation: false,
  backgroundColor: "#ffffff",
  textStyle: { fontFamily: "system-ui, sans-serif", color: INK },
  title: {
    text: "Four faults of a pump rig, found by an isolation forest that saw only healthy rows",
    left: 56,
    top: 10,
    textStyle: { fontSize: 15, color: INK },
  },
  grid: panels.map((_, i) => ({ left: 56, right: 20, top: top + i * (height + gap), height })),
  xAxis: panels.map((_, i) => ({
    gridIndex: i,
    type: "value",
    min: 0,
    max: faulty.matrix.rows,
    interval: 600,
    axisLabel: { show: i === panels.length - 1, formatter: (second) => `${Math.round(second / 60)} min` },
    splitLine: { show: false },
  })),
  yAxis: panels.map(({ name }, i) => ({
    gridIndex: i,
    type: "value",
    scale: true,
    name,
    nameLocation: "end",
    nameGap: 4,
    nameTextStyle: { align: "left", fontWeight: "bold" },
    splitNumber: 2,
    splitLine: { lineStyle: { color: "#e6e9f0" } },
  })),
  series: panels.flatMap(({ name, data }, i) => [
    {
      type: "line",
      name,
      xAxisIndex: i,
      yAxisIndex: i,
      showSymbol: false,
      sampling: "minmax",
      lineStyle: { width: 1, color: name === "score" ? "#b4345b" : "#3d5a98" },
      data,
      markArea: {
        silent: true,
        label: { show: i === 0, position: "insideTop", color: INK, fontSize: 11 },
        data: faulty.episodes.map(({ fault, from, to }) => [
          { name: fault, xAxis: from, itemStyle: { color: FAULT_COLOURS[fault] ?? "#cccccc", opacity: 0.45 } },
          { xAxis: to },
        ]),
      },
      ...(name === "score"
        ? {
            markLine: {
              silent: true,
              symbol: "none",
              lineStyle: { color: INK, type: "dashed" },
              label: { formatter: "threshold", position: "insideStartTop", color: INK },
              data: [{ yAxis: model.threshold.threshold }],
            },
          }
        : {}),
    },
  ]),
});

mkdirSync(dirname(TARGET), { recursive: true });
writeFileSync(TARGET, `${chart.renderToSVGString().trim()}\n`);
chart.dispose();
const found = flags.reduce((sum, flag) => sum + flag, 0);
console.log(`${TARGET}: ${found} of ${faulty.matrix.rows} rows flagged`);
