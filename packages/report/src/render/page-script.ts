/**
 * What runs on a page: it puts living charts in the place of the pictures, links those of one group, follows the theme,
 * and saves values. Written for browsers as they are, since nothing compiles it.
 */
export const PAGE_SCRIPT = `
(() => {
  const stored = document.getElementById("charts");
  const { charts, files, themes } = stored ? JSON.parse(stored.textContent) : { charts: [], files: [], themes: {} };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const button = document.getElementById("theme");
  let printing = false;
  const theme = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const coloured = (value, colours) => {
    if (typeof value === "string") return value[0] === "@" && value.slice(1) in colours ? colours[value.slice(1)] : value;
    if (Array.isArray(value)) return value.map((inner) => coloured(inner, colours));
    if (value && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coloured(inner, colours)]));
    return value;
  };
  // What wheel and slider do, with keys: + and − zoom, arrows move, Home shows all.
  const byKeyboard = (place, chart) => {
    place.tabIndex = 0;
    for (const hint of place.parentElement.querySelectorAll(".hint")) hint.hidden = false;
    place.addEventListener("keydown", (event) => {
      const [{ start, end }] = chart.getOption().dataZoom;
      const [middle, half] = [(start + end) / 2, (end - start) / 2];
      const to = {
        "+": [middle - half / 2, middle + half / 2],
        "=": [middle - half / 2, middle + half / 2],
        "-": [middle - half * 2, middle + half * 2],
        ArrowLeft: [start - Math.min(half / 2, start), end - Math.min(half / 2, start)],
        ArrowRight: [start + Math.min(half / 2, 100 - end), end + Math.min(half / 2, 100 - end)],
        Home: [0, 100],
      }[event.key];
      if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      chart.dispatchAction({ type: "dataZoom", start: Math.max(0, to[0]), end: Math.min(100, to[1]) });
    });
  };
  const live = [...document.querySelectorAll("[data-chart]")].map((place) => {
    const given = charts[Number(place.dataset.chart)];
    place.textContent = "";
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", given.title);
    const chart = echarts.init(place, null, { renderer: "svg" });
    if (given.group) chart.group = given.group;
    if (given.option.dataZoom) byKeyboard(place, chart);
    return { given, chart, place };
  });
  const draw = () => {
    for (const { given, chart } of live) {
      const zoom = (chart.getOption() || {}).dataZoom;
      chart.setOption(coloured(given.option, themes[printing ? "light" : theme()]), true);
      if (zoom) chart.setOption({ dataZoom: zoom.map(({ start, end }) => ({ start, end })) });
    }
    button.textContent = theme() === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", "Switch to " + (theme() === "dark" ? "light" : "dark") + " colours");
  };
  draw();
  button.hidden = false;
  for (const group of new Set(live.map(({ given }) => given.group).filter(Boolean))) echarts.connect(group);
  button.addEventListener("click", () => {
    root.dataset.theme = theme() === "dark" ? "light" : "dark";
    draw();
  });
  dark.addEventListener("change", draw);
  // Paper is narrower than most screens, and white.
  const forPaper = (on) => {
    if (printing === on) return;
    printing = on;
    for (const { place, chart } of live) {
      place.style.width = on ? "690px" : "";
      chart.resize();
    }
    draw();
  };
  addEventListener("beforeprint", () => forPaper(true));
  addEventListener("afterprint", () => forPaper(false));
  addEventListener("resize", () => live.forEach(({ chart }) => chart.resize()));
  for (const save of document.querySelectorAll("[data-file]")) {
    save.hidden = false;
    save.addEventListener("click", () => {
      const { name, text } = files[Number(save.dataset.file)];
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }
})();
`;
