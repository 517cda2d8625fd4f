/** The look of what belongs to charts: the bar that says what time is shown, the brush, the switch of rows. Part of the page's one sheet. */
export const CHART_STYLE = `
.zoom,.rows-switch{display:none}
.js .zoom{display:flex;flex-wrap:wrap;align-items:center;gap:6px 14px;background:var(--soft);border:1px solid var(--line);border-radius:10px;padding:8px 14px}
.js .zoom.zoomed{position:sticky;top:52px;z-index:4;border:2px solid var(--link)}
.zoom p{margin:0}
.zoom-range{font-weight:600;font-variant-numeric:tabular-nums}
.zoom-buttons,.js .rows-switch{display:flex;flex-wrap:wrap;gap:6px}
.js .rows-switch{margin-bottom:10px}
.zoom-hint{color:var(--muted);font-size:.87rem;flex-basis:100%}
.zoomed .zoom-hint{display:none}
button:disabled{opacity:.55;cursor:default}
button[aria-pressed=true]{border:2px solid var(--link);color:var(--link)}
.brush{position:absolute;background:var(--link);opacity:.18;border:1px solid var(--link);pointer-events:none}
.canvas canvas[tabindex]{touch-action:pan-y}
.holds>div+div:not([hidden])>figure{margin-top:0}
@media (max-width:640px){.js .zoom.zoomed{position:static}}
@media print{.js .zoom,.js .rows-switch,.brush{display:none}.holds>[data-rows]+[data-rows]{margin-top:20px}}
`;
