/** What the index page needs beside the look of every report. */
export const INDEX_STYLE = `
.index td,.index th{vertical-align:middle}
.index tbody th{min-width:14ch;overflow-wrap:anywhere}
.to-trends{display:block;font-size:.8rem;font-weight:400}
.runs{display:flex;gap:2px}
.run{display:inline-grid;place-items:center;width:20px;height:22px;border:1px solid currentColor;border-radius:4px;font-size:.8rem;font-weight:700;text-decoration:none;color:var(--pass);background:var(--pass-bg)}
.run.fail{color:var(--fail);border-width:2px;background:repeating-linear-gradient(135deg,var(--fail-bg) 0 4px,var(--card) 4px 6px)}
.run.undecided{color:var(--und);border-style:dashed;background:repeating-linear-gradient(180deg,var(--und-bg) 0 4px,var(--card) 4px 6px)}
span.run{border-color:transparent}
span.run.fail{border:0}
.spark{width:120px;height:24px;display:block}
.spark-line{fill:none;stroke:var(--link);stroke-width:1.5}
.spark-last{fill:var(--link)}
.spark-change{stroke:var(--fail);stroke-width:1.5;stroke-dasharray:3 2}
.choices{border:1px solid var(--line);border-radius:10px;padding:6px 14px 8px;margin:12px 0;display:flex;flex-wrap:wrap;gap:4px 18px}
.choices label{display:inline-flex;gap:6px;align-items:center;padding:2px 0}
.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
article{border-top:1px solid var(--line);padding:12px 0 4px}
article h3{display:flex;flex-wrap:wrap;gap:10px;align-items:center;overflow-wrap:anywhere}
body:has(#show-fail:checked) .line:not(.fail),body:has(#show-undecided:checked) .line:not(.undecided),body:has(#show-pass:checked) .line:not(.pass),body:has(#world-simulated:checked) .line:not(.simulated),body:has(#world-live:checked) .line:not(.live){display:none}
.banner.empty::before{background:var(--line)}
.banner.empty h1{color:var(--text)}
@media print{.choices{display:none}details::details-content{display:block;content-visibility:visible}}
`;
