/** What the replay page adds to the look of the report. Bars are told apart by hatch and outline, not by colour alone. */
export const REPLAY_STYLE = `
:root{--work:#8fcdf2;--work-edge:#0072B2;--wait:#e3e7ec;--wait-edge:#8a95a3;--hold:#8ed6bf;--hold-edge:#007a59;--ghost:#D55E00;--ghost-edge:#5c2800;--odd:#e9a3cd;--odd-edge:#8a2c62;--pause:#d5dae1;--down:#55606e;--fault:#f3d58a;--fault-edge:#6b4e00;--now:#d1006b}
@media (prefers-color-scheme:dark){:root{--work:#2f6f99;--work-edge:#7cc8f5;--wait:#27303b;--wait-edge:#7d8a99;--hold:#17705a;--hold-edge:#4fd6ae;--ghost:#D55E00;--ghost-edge:#ffd3b3;--odd:#7d2f5c;--odd-edge:#f0a8d2;--pause:#3d4754;--down:#a4b0be;--fault:#5c4710;--fault-edge:#f0c04a;--now:#ff6fb5}}
.replay main,.replay footer{max-width:1500px}
.replay .card{padding:14px 18px;margin:12px 0}
.replay h1{font-size:1.35rem;overflow-wrap:anywhere}
.replay h2{font-size:1.05rem;margin-bottom:8px}
.first-violation{border-left:6px double var(--fail);padding:4px 12px;overflow-wrap:anywhere}
.controls{position:sticky;top:0;z-index:6}
.buttons{display:flex;flex-wrap:wrap;gap:8px;align-items:center}
.buttons label{font-size:.87rem;color:var(--muted)}
.buttons select,.buttons input{font:inherit;color:var(--text);background:var(--card);border:1px solid var(--line);border-radius:8px;padding:4px 8px}
#play{min-width:76px;padding:5px 12px}
#slider{width:100%;margin:10px 0 4px;accent-color:var(--now)}
#event-now{min-height:3.1em;overflow-wrap:anywhere}
#event-now p{margin:0}
.broken{color:var(--fail);font-weight:700}
.broken .muted,.remedy-text{font-weight:400}
.remedy-text{color:var(--text)}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;list-style:none;padding:0;margin:0 0 8px;font-size:.82rem;color:var(--muted)}
.legend li{display:flex;gap:6px;align-items:center}
.hatches{position:absolute}
#axis{height:20px;margin-left:var(--label)}
:root{--label:190px}
#axis svg,.lane svg{display:block;width:100%;overflow:hidden}
#axis text{fill:var(--muted);font-size:11px}
.tick{stroke:var(--line)}
#lanes{position:relative;overflow:auto;max-height:54vh;border-top:1px solid var(--line)}
#lane-rows{position:relative;overflow:hidden}
.lane{position:absolute;left:0;right:0;height:22px;display:flex}
.lane.heading{align-items:flex-end;color:var(--muted);font-size:.8rem;font-weight:600;padding-bottom:1px}
.lane-label{flex:none;width:var(--label);padding-right:8px;font-size:.82rem;line-height:22px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
button.lane-label{font:inherit;font-size:.82rem;line-height:20px;padding:0 8px 0 0;border:0;background:none;text-align:left;color:var(--link);border-radius:0}
.lane-track{flex:1;min-width:0;border-bottom:1px solid var(--soft)}
.bar{stroke-width:1}
.bar[data-event],.mark{cursor:pointer}
.bar.waiting,.bar.accepted{fill:var(--wait);stroke:var(--wait-edge)}
.bar.backoff{fill:var(--card);stroke:var(--wait-edge);stroke-dasharray:3 2}
.bar.holding,.bar.booting,.bar.settling{fill:var(--hold);stroke:var(--hold-edge)}
.bar.working{fill:var(--work);stroke:var(--work-edge)}
.bar.hung{fill:var(--work);stroke:var(--ghost);stroke-width:2}
.bar.paused{fill:url(#hatch-paused);stroke:var(--down)}
.bar.unleased{fill:url(#hatch-unleased);stroke:var(--odd-edge);stroke-width:1.5}
.bar.ghost{fill:url(#hatch-ghost);stroke:var(--ghost-edge)}
.bar.forgotten{fill:var(--card);stroke:var(--odd-edge);stroke-width:2;stroke-dasharray:2 2}
.bar.revoking,.bar.fault{fill:var(--fault);stroke:var(--fault-edge)}
.bar.refused,.bar.down{fill:var(--down);stroke:var(--down)}
.hatch-ghost-ground{fill:var(--ghost)}
.hatch-ghost-line{fill:var(--ghost-edge)}
.hatch-unleased-ground{fill:var(--odd)}
.hatch-unleased-line{fill:var(--odd-edge)}
.hatch-paused-ground{fill:var(--pause)}
.hatch-paused-line{fill:var(--down)}
.bar-label{font-size:11px;fill:var(--text);pointer-events:none}
.bar-label.on-ghost{font-weight:600;paint-order:stroke;stroke:var(--card);stroke-width:3.5px}
.mark{fill:var(--muted);font-size:12px;text-anchor:middle}
.mark.violation,.mark.crash{fill:var(--fail);font-weight:700}
.mark.message,.mark.refusal{fill:var(--odd-edge);font-weight:700}
.mark.step{fill:var(--link);font-weight:700}
#playhead{position:absolute;top:0;bottom:0;width:0;border-left:2px solid var(--now);pointer-events:none;z-index:2}
.below{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1.15fr);gap:0 16px}
@media (max-width:900px){.below{grid-template-columns:minmax(0,1fr)}:root{--label:110px}.controls{position:static}}
#state tr.differs>*{background:var(--soft)}
#state .scroll{margin:6px 0}
.holders{list-style:none;padding:0;margin:6px 0;display:grid;gap:2px;font-size:.87rem;max-height:34vh;overflow:auto}
.holders li{overflow-wrap:anywhere;padding:1px 8px;border-left:4px solid var(--line)}
.holders li.working{border-left-color:var(--work-edge)}
.holders li.holding{border-left-color:var(--hold-edge)}
.holders li.ghost,.holders li.hung{border-left:4px double var(--ghost);font-weight:600}
.holders li.unleased{border-left:4px double var(--odd-edge);font-weight:600}
.holders li.paused,.holders li.down{border-left-color:var(--down)}
.holders li.fault{border-left-color:var(--fault-edge)}
#state h3{font-size:.9rem;margin:10px 0 2px}
#events{position:relative;overflow:auto;height:46vh;border:1px solid var(--line);border-radius:8px}
#event-rows{position:relative}
.event{position:absolute;left:0;right:0;height:24px;line-height:24px;padding:0 8px;font-size:.84rem;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;cursor:pointer}
.event time{display:inline-block;min-width:98px;text-align:right;padding-right:10px;color:var(--muted);font-variant-numeric:tabular-nums}
.event:hover{background:var(--soft)}
.event[aria-selected=true]{background:var(--link);color:var(--card)}
.event[aria-selected=true] time{color:var(--card)}
.event.step{color:var(--link)}
.event.fault{color:var(--und)}
.event.odd{color:var(--fail)}
.event.step[aria-selected=true],.event.fault[aria-selected=true],.event.odd[aria-selected=true]{color:var(--card)}
.event.breaks::before{content:"▲ ";font-weight:700}
@media print{.controls,#events{display:none}#lanes{max-height:none}}
`;
