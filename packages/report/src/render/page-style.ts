import { DARK, LIGHT, type Theme } from "../theme.js";

const variables = (theme: Theme) =>
  Object.entries(theme)
    .map(([role, colour]) => `--${role}:${colour}`)
    .join(";");

/** The style sheet of a page. */
export const PAGE_STYLE = `
:root{color-scheme:light;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${variables(DARK)}}}
:root[data-theme=dark]{color-scheme:dark;${variables(DARK)}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1100px;padding:24px;background:var(--background);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
header{position:relative;padding-right:110px}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 8px}
h2{margin:36px 0 8px;border-bottom:1px solid var(--grid)}
h3{font-size:1.05rem;margin:0}
p{margin:4px 0 12px}
figure{margin:28px 0;break-inside:avoid}
figcaption p{color:var(--muted);margin:2px 0 8px}
.chart{width:100%;overflow:hidden}
.chart svg{max-width:100%;height:auto}
.warning{border-left:4px solid var(--threshold);padding:6px 12px}
table{border-collapse:collapse;margin:8px 0 20px;font-size:.94rem}
caption{text-align:left;font-weight:600;padding:4px 0}
th,td{padding:4px 14px 4px 0;text-align:left;border-bottom:1px solid var(--grid);vertical-align:top}
.number{text-align:right;font-variant-numeric:tabular-nums}
.short{white-space:nowrap}
tbody th{font-weight:400}
.values{max-height:340px;overflow:auto}
.table{overflow-x:auto;margin:8px 0 20px}
.wide{font-size:.8rem}
.wide th,.wide td{padding-right:9px}
.table table,.values table{margin:0}
.hint{font-size:.85rem}
summary,button{cursor:pointer}
button{font:inherit;color:var(--ink);background:var(--background);border:1px solid var(--muted);border-radius:6px;padding:4px 12px}
#theme{position:absolute;top:0;right:0}
:focus-visible{outline:3px solid var(--normal);outline-offset:2px}
footer{margin-top:48px;color:var(--muted);font-size:.9rem;border-top:1px solid var(--grid)}
@media print{
:root:root:root{color-scheme:light;${variables(LIGHT)}}
body{max-width:none;padding:0;font-size:12px;print-color-adjust:exact;-webkit-print-color-adjust:exact}
button,details,.hint{display:none!important}
.table{overflow:visible}
table{font-size:.8rem}
th,td{padding:2px 8px 2px 0}
tr,.warning{break-inside:avoid}
h2,h3,caption{break-after:avoid}
thead{display:table-header-group}
}
`;
