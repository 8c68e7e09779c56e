import type { ChartOption, ChartValue } from "./chart.js";

/** What a colour means in a chart. */
export type ColourRole =
  | "ink"
  | "muted"
  | "grid"
  | "background"
  | "normal"
  | "anomaly"
  | "score"
  | "threshold"
  | "episode"
  | "low"
  | "middle"
  | "high";

export type Theme = Readonly<Record<ColourRole, string>>;

/** Contrast of text and background is at least 7 : 1 in both, of lines at least 3 : 1. */
export const LIGHT: Theme = {
  ink: "#1f2a44",
  muted: "#4d5a75",
  grid: "#e3e7ef",
  background: "#ffffff",
  normal: "#2f6db3",
  anomaly: "#b4345b",
  score: "#33415c",
  threshold: "#8a5a00",
  episode: "#f3d3dc",
  low: "#2f6db3",
  middle: "#f4f5f8",
  high: "#b4345b",
};

export const DARK: Theme = {
  ink: "#e8ecf5",
  muted: "#b3bdd1",
  grid: "#343d52",
  background: "#151a26",
  normal: "#7db4f0",
  anomaly: "#f48fb1",
  score: "#cdd6e8",
  threshold: "#f2c063",
  episode: "#5a2a3c",
  low: "#7db4f0",
  middle: "#232a3a",
  high: "#f48fb1",
};

/** Puts a theme's colours in the place of their roles. */
export function coloured(option: ChartOption, theme: Theme): ChartOption {
  const walk = (value: ChartValue): ChartValue => {
    if (typeof value === "string")
      return value.startsWith("@") ? (theme[value.slice(1) as ColourRole] ?? value) : value;
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
    }
    return value;
  };
  return walk(option) as ChartOption;
}

/** What every chart has in common: text, axes, a tool tip, room for titles of axes. */
export function baseOption(): ChartOption {
  return {
    animation: false,
    backgroundColor: "@background",
    textStyle: { color: "@ink", fontFamily: "system-ui, sans-serif", fontSize: 12 },
    grid: { left: 64, right: 24, top: 40, bottom: 56 },
    legend: { top: 4, right: 16, icon: "roundRect", itemWidth: 14, itemHeight: 8, textStyle: { color: "@ink" } },
    tooltip: { trigger: "axis", confine: true },
    aria: { enabled: true },
    // Times are shown as they stand in the data.
    useUTC: true,
  };
}

/** An axis in the colours of the theme. */
export function axis(name: string, given: ChartOption = {}): ChartOption {
  return {
    type: "value",
    name,
    nameLocation: "middle",
    nameGap: 32,
    nameTextStyle: { color: "@ink" },
    axisLabel: { color: "@muted", hideOverlap: true },
    axisLine: { onZero: false, lineStyle: { color: "@muted" } },
    splitLine: { lineStyle: { color: "@grid" } },
    ...given,
  };
}
