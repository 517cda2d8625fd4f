/** The look of the playground. Part of the page's one sheet. */
export const PLAYGROUND_STYLE = `
.playground{display:grid;grid-template-columns:minmax(0,330px) minmax(0,1fr);gap:18px 28px;margin-top:14px}
.playground .notice,.playground .again{grid-column:1/-1}
.playground .outcome .notice{grid-column:auto}
.playground fieldset{border:1px solid var(--line);border-radius:10px;padding:8px 14px 12px;margin:0 0 14px;min-width:0}
.playground legend{font-weight:600;padding:0 6px}
.dial{display:grid;grid-template-columns:minmax(0,1fr) auto;align-items:center;gap:2px 10px;margin:8px 0}
.dial label{grid-column:1/-1;font-size:.87rem;font-weight:600;margin:0}
.dial select{grid-column:1/-1;max-width:100%}
.dial :is(input,select){font:inherit;color:var(--text);background:var(--card);border:1px solid var(--muted);border-radius:8px;padding:3px 8px}
.dial input[type=range]{padding:0;border:0;background:none;width:100%;min-width:0;min-height:24px;accent-color:var(--link)}
.dial .exact{display:flex;flex-wrap:wrap;align-items:center;gap:0 6px;justify-content:flex-end;max-width:170px}
.dial .exact input{width:9ch;text-align:right;font-variant-numeric:tabular-nums}
.dial .unit{color:var(--muted);font-size:.8rem;min-width:9ch}
.dial .wrong{color:var(--fail);font-size:.8rem;flex-basis:100%}
.dial input[aria-invalid=true]{border:2px solid var(--fail)}
.playground .outcome{min-width:0}
.playground .said{font-weight:600;min-height:3.2em;margin:0;border:0;background:none;color:var(--text);padding:0}
.playground .facts{grid-template-columns:repeat(auto-fill,minmax(150px,1fr))}
.playground .work{display:flex;gap:10px;align-items:center;margin:6px 0}
.playground .work progress{flex:1;height:8px;accent-color:var(--link)}
.playground .canvas{height:210px;display:block}
.playground .canvas:has([data-playground=waits]){height:230px}
.playground figure{margin:14px 0}
.playground figure .summary{margin:0 0 4px;font-size:.87rem}
@media (max-width:900px){.playground{grid-template-columns:minmax(0,1fr)}.playground .canvas{height:240px}.playground .canvas:has([data-playground=waits]){height:320px}}
@media print{.playground .controls,.playground .work{display:none}.playground{grid-template-columns:minmax(0,1fr)}}
`;
