import { PAGE_STYLE } from '../../report/html/style.js';

/** The look of reports, and what only live pages have. */
export const LIVE_STYLE = `${PAGE_STYLE}
nav .who{margin-left:auto;display:flex;gap:10px;align-items:center;color:var(--muted);padding:4px 8px;min-width:0}
nav .who b{color:var(--text);font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;max-width:24ch}
nav .home{font-weight:700;color:var(--text);padding-right:18px}
h1{font-size:1.5rem}
.meter{display:flex;gap:3px;flex-wrap:wrap;margin:14px 0 6px}
.meter i{width:16px;height:16px;border-radius:4px;border:1px solid var(--line);background:var(--soft)}
.meter .working{background:var(--link);border-color:var(--link)}
.meter .ghost{border-color:var(--fail);background:repeating-linear-gradient(135deg,var(--fail) 0 3px,var(--card) 3px 6px)}
.meter .over{border-color:var(--und);border-style:dashed;border-width:2px;background:var(--und-bg)}
.legend{color:var(--muted);font-size:.87rem;margin:0 0 8px}
.legend .meter{display:inline-flex;vertical-align:-2px;margin:0 5px 0 14px}
.legend .meter:first-child{margin-left:0}
.banner form,.row form{display:inline-block;margin:6px 8px 0 0}
td form{margin:0}
.row{display:flex;flex-wrap:wrap;gap:12px;align-items:end}
label{display:block;font-weight:600;font-size:.9rem;margin-bottom:4px}
input,select{font:inherit;color:var(--text);background:var(--card);border:1px solid var(--muted);border-radius:8px;padding:8px 10px;max-width:100%}
input[name=key]{width:min(100%,46ch)}
input[name=usd]{width:20ch}
.said{border-left:6px solid var(--pass);background:var(--pass-bg);color:var(--pass);border-radius:8px;padding:10px 16px;margin:20px 0 0;font-weight:600}
.said.fail{border-left-color:var(--fail);background:var(--fail-bg);color:var(--fail)}
.history svg{width:100%;max-width:860px;height:auto;display:block;overflow:visible}
.history .bar{fill:var(--link)}
.history .none{fill:var(--line)}
.history .grid{stroke:var(--line);stroke-width:1}
.history .limit{stroke:var(--fail);stroke-width:2;stroke-dasharray:6 4}
.history text{fill:var(--muted);font-size:11px}
.history .limit-label{fill:var(--fail);font-weight:600}
.id{display:inline-block;min-width:24ch;overflow-wrap:anywhere;white-space:normal!important;font-size:.85em}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.stale [data-headline]::after{content:" (as of a while ago: the connection is lost)";color:var(--und)}
@media (max-width:640px){nav ul{flex-wrap:wrap}nav .who b{max-width:14ch}.history .day{display:none}.history text{font-size:20px}}
`;
