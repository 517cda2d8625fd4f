/** The look of requests, waterfalls, minimal traces, slopes and the other parts of sections. Part of the page's one sheet. */
export const SECTION_STYLE = `
.badge.aside{background:var(--soft);color:var(--muted);border-style:dotted}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.needs-script{display:none}
.js .needs-script{display:block}
.filter{background:var(--soft);border:1px solid var(--line);border-radius:10px;padding:10px 14px;margin:12px 0}
.filter label{font-weight:600;margin-right:8px}
.filter input{font:inherit;color:var(--text);background:var(--card);border:1px solid var(--muted);border-radius:8px;padding:5px 10px;width:min(100%,340px)}
.filter .examples{display:inline-flex;flex-wrap:wrap;gap:6px;margin:0 10px}
.filter .examples button{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-weight:400}
.filter output{font-weight:600;font-variant-numeric:tabular-nums}
.filter p{margin:6px 0 0;font-size:.87rem}
#request-table :is(td,th){white-space:nowrap}
#request-table tr.request>td:last-child{white-space:normal;min-width:26ch}
#request-table tr.way>td{white-space:normal}
.expand{border:0;background:none;padding:2px 0;text-align:left;color:var(--text);font-size:1em;overflow-wrap:anywhere}
.js .expand{color:var(--link);text-decoration:underline;text-underline-offset:2px}
.js .expand::before{content:"▸";display:inline-block;margin-right:5px}
.js .expand[aria-expanded=true]::before{content:"▾"}
tr.request:target>*{box-shadow:inset 0 2px 0 var(--focus),inset 0 -2px 0 var(--focus)}
tr.way>td{max-width:none;background:var(--card)}
.waterfall{max-width:1000px;padding:4px 0 8px}
.lane{display:grid;grid-template-columns:minmax(90px,190px) minmax(0,1fr);align-items:center;gap:10px;font-size:.85rem}
.lane svg{display:block;overflow:visible;border-left:1px solid var(--line);border-right:1px solid var(--line)}
.lane .ends{display:flex;justify-content:space-between;color:var(--muted);font-variant-numeric:tabular-nums}
.span{stroke:var(--text);stroke-width:.5;fill:var(--link)}
.span.queued,.span.requeued{fill:var(--muted);fill-opacity:.35}
.span.requeued{stroke-dasharray:3 2}
.span.client-backoff{fill:var(--card);stroke:var(--muted);stroke-width:1.5;stroke-dasharray:4 3}
.span.waiting-for-runner,.span.cold-start{fill:var(--und);fill-opacity:.45}
.span.cold-start{stroke-dasharray:2 2}
.span.closing{fill:var(--pass);fill-opacity:.6}
.span.ghost{fill:url(#ghost-hatch);stroke:var(--fail);stroke-width:1.5}
.hatch{position:absolute}
.hatch rect{fill:var(--fail-bg)}
.hatch path{stroke:var(--fail);stroke-width:2.5}
.lane .mark{stroke:var(--text);stroke-width:1.2;stroke-dasharray:3 3}
.spans{margin:8px 0;padding-left:26px;font-size:.88rem;columns:2 320px}
.block{align-items:stretch;flex-direction:column}
.block pre{margin:0;max-height:420px;overflow:auto;font-size:.85rem;line-height:1.4}
.block button{align-self:flex-end}
.trace th,.trace td{padding:3px 8px}
.lane-mark{color:var(--link)}
.lane-mark.fail{color:var(--fail);font-weight:700}
.slopes{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));gap:20px;margin:16px 0}
.slope figcaption{font-weight:600;overflow-wrap:anywhere}
.slope figcaption .range{display:block;font-weight:400}
.slope svg{overflow:visible}
.slope-line{stroke:var(--link);stroke-width:1.5;stroke-opacity:.55}
.slope-line.worst{stroke:var(--fail);stroke-width:3;stroke-opacity:1}
.slope-ends{display:flex;justify-content:space-between;padding:0 14%;font-size:.85rem}
.strip-seed{fill:var(--fail);font-size:11px;font-weight:700}
[data-seed]{cursor:copy}
.seed-list ul{display:flex;flex-wrap:wrap;gap:6px;list-style:none;padding:0;margin:6px 0}
.seed{font-variant-numeric:tabular-nums}
.whole{overflow-wrap:anywhere;font-size:.85rem}
.gates tbody th{min-width:22ch}
.gates code,.number.wraps{white-space:normal;overflow-wrap:anywhere}
.gates td:has(>code){min-width:13ch}
.gates .wraps{min-width:9ch}
.beneath{display:block;font-size:.85rem;font-weight:400;color:var(--muted);overflow-wrap:anywhere}
.beneath.said{color:var(--text)}
@media (max-width:640px){.lane{grid-template-columns:1fr;gap:2px}.filter .examples{margin:8px 0}}
@media print{.gates :is(th,td){min-width:0!important}.gates .names{width:28%}.js .needs-script,.filter{display:none}tr.way.printed[hidden]{display:table-row!important}.expand{display:inline!important}.js .expand{color:inherit;text-decoration:none}.js .expand::before{content:""}.block pre{max-height:none;white-space:pre-wrap}.seed-list button{display:inline!important;border:0;padding:0 4px}.spans{columns:2}}
`;
