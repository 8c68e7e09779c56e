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
  const theme = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const coloured = (value, colours) => {
    if (typeof value === "string") return value[0] === "@" && value.slice(1) in colours ? colours[value.slice(1)] : value;
    if (Array.isArray(value)) return value.map((inner) => coloured(inner, colours));
    if (value && typeof value === "object")
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coloured(inner, colours)]));
    return value;
  };
  const live = [...document.querySelectorAll("[data-chart]")].map((place) => {
    const given = charts[Number(place.dataset.chart)];
    place.textContent = "";
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", given.title);
    const chart = echarts.init(place, null, { renderer: "svg" });
    if (given.group) chart.group = given.group;
    return { given, chart };
  });
  const draw = () => {
    for (const { given, chart } of live) {
      const zoom = (chart.getOption() || {}).dataZoom;
      chart.setOption(coloured(given.option, themes[theme()]), true);
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
