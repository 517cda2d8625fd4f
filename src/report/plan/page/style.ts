import { HEAT_DARK, HEAT_LIGHT, type HeatColours } from '../charts/heat-scale.js';

/** The look of what only plans have: the answer, the evidence beside it, the heat map. Part of the page's one sheet. */
export const PLAN_STYLE = `
.plan-answer h1{font-size:2.6rem;letter-spacing:-.015em;color:var(--text);margin:8px 0 6px}
.banner.plan-answer.fail h1,.banner.plan-answer.undecided h1{color:var(--text)}
.plan-answer .notice{max-width:85ch}
.neighbours{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,230px),1fr));gap:12px;list-style:none;padding:0;margin:16px 0}
.neighbours li{border:1px solid var(--line);border-radius:12px;padding:12px 16px;background:var(--soft);min-width:0;max-width:440px}
.neighbours li.chosen{background:var(--card);border:2px solid var(--pass);padding:11px 15px}
.neighbours li.chosen.undecided{border:2px dashed var(--und)}
.neighbours p{margin:4px 0;font-size:.87rem;overflow-wrap:anywhere}
.neighbours .neighbour-limit{font-size:1.05rem;font-weight:700;margin:0 0 6px;display:flex;align-items:center;gap:8px}
.neighbour-figure strong{display:block;font-size:1.45rem;line-height:1.2;font-variant-numeric:tabular-nums}
.neighbour-figure .range{font-variant-numeric:tabular-nums}
.mark{display:inline-grid;place-items:center;width:1.5em;height:1.5em;border-radius:50%;border:2px solid currentColor;color:var(--pass);font-size:.85em;font-weight:700;line-height:1;flex:none}
.mark.fail{color:var(--fail);border-radius:5px}
.mark.undecided{color:var(--und);border-style:dashed}
.gate-line{font-size:1.02rem}
.heat td,.heat tbody th,.heat thead th{padding:9px 14px;white-space:nowrap}
.heat td{text-align:right;border:1px solid var(--card);position:relative;min-width:6.6em}
.heat tbody th{position:sticky;left:0;background:var(--card);z-index:1}
.heat tbody tr:hover>*{box-shadow:none}
.heat .tier{margin-left:6px;padding:0 7px;font-size:.72rem}
.heat td.contour-right{border-right:4px solid var(--text)}
.heat td.contour-below{border-bottom:4px solid var(--text)}
.heat td.here{outline:3px solid var(--focus);outline-offset:-4px;font-weight:700;padding-top:17px}
.here-mark{position:absolute;left:6px;right:6px;top:4px;font-size:.62rem;line-height:1;text-align:center;font-weight:700;letter-spacing:.01em}
.heat-none{color:var(--muted);background:repeating-linear-gradient(135deg,var(--soft) 0 5px,var(--card) 5px 8px)}
.heat-legend{display:flex;flex-wrap:wrap;gap:6px 18px;list-style:none;padding:0;margin:10px 0 0;font-size:.87rem}
.heat-legend li{display:flex;align-items:center;gap:7px}
.swatch{display:inline-block;width:22px;height:15px;border:1px solid var(--line);border-radius:3px}
${heatRules(HEAT_LIGHT)}
@media (prefers-color-scheme:dark){${heatRules(HEAT_DARK)}}
.risk{font-weight:700}
.risk.low{color:var(--pass)}
.risk.medium{color:var(--und)}
.risk.high,.risk.critical{color:var(--fail)}
.risk.critical{text-decoration:underline}
.questions{columns:2 430px;column-gap:32px}
.questions article{border-top:1px solid var(--line);padding:12px 0 10px;break-inside:avoid;min-width:0}
.question-answer{font-size:1.05rem;font-weight:600;overflow-wrap:anywhere}
.notes li{overflow-wrap:anywhere}
@media (max-width:640px){.plan-answer h1{font-size:2rem}.heat td,.heat tbody th,.heat thead th{padding:8px 8px}}
@media print{${heatRules(HEAT_LIGHT)}.plan-answer h1{font-size:2.2rem}.neighbours{grid-template-columns:repeat(3,1fr)}.neighbours li{break-inside:avoid}.what-ifs th:nth-child(-n+2){width:29%}.heat{table-layout:fixed}.here-mark{left:0;right:0}.heat td{min-width:0;padding:6px 4px}.heat td.here{padding-top:12px}.heat tbody th{position:static}.heat-legend,.heat tr{break-inside:avoid}.questions{columns:1}}
`;

function heatRules(steps: readonly HeatColours[]): string {
  return steps.map(({ fill, text }, step) => `.heat-${step}{background:${fill};color:${text}}`).join('');
}
