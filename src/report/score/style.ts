/** What the scorecard needs beside the look of every page. */
export const SCORE_STYLE = `
.standing{display:inline-block;font-size:.82rem;font-weight:700;border-radius:6px;padding:1px 8px;border:1px solid currentColor;white-space:nowrap}
.standing.shown{background:var(--pass-bg);color:var(--pass)}
.standing.refuted{background:var(--fail-bg);color:var(--fail);border-width:2px}
.standing.claimed{background:var(--und-bg);color:var(--und);border-style:dashed}
.standing.unknown{background:var(--soft);color:var(--muted);border-style:dotted}
.scorecard{table-layout:fixed;min-width:1020px}
.scorecard th,.scorecard td{padding:10px 12px;overflow-wrap:break-word}
.scorecard thead th:first-child{width:17%}
.scorecard tbody th{font-size:.95rem;position:sticky;left:0;z-index:1;background:var(--card);border-right:1px solid var(--line)}
.scorecard thead th:first-child{position:sticky;left:0;z-index:1;background:var(--card)}
.scorecard .standing{white-space:normal}
.scorecard .basis{display:block;font-weight:400;font-size:.82rem;color:var(--muted);margin-top:3px}
.scorecard .answer{display:block;text-decoration:none;border-radius:8px;margin:-6px;padding:6px;min-height:44px}
.scorecard .answer .words{display:block;margin-top:5px;font-size:.87rem;color:var(--text);text-decoration:underline;text-decoration-color:var(--muted);text-underline-offset:3px}
.scorecard .answer:hover{background:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:8px 18px;list-style:none;padding:0;margin:12px 0 0;font-size:.87rem;color:var(--muted)}
.criterion{background:var(--soft);border-radius:10px;padding:10px 14px;max-width:95ch}
.provider-answer{border-top:1px solid var(--line);padding:14px 0 4px;margin-top:14px}
.provider-answer h3{display:flex;flex-wrap:wrap;gap:10px;align-items:center;overflow-wrap:anywhere}
.provider-answer p{max-width:95ch;overflow-wrap:anywhere}
.says{color:var(--muted)}
.experiment{border:1px solid var(--line);border-left:6px solid var(--muted);border-radius:10px;padding:12px 18px;margin:12px 0}
.experiment.pass{border-left:6px solid var(--pass)}
.experiment.fail{border-left:6px double var(--fail)}
.experiment.undecided{border-left:6px dotted var(--und)}
.experiment h4{display:flex;flex-wrap:wrap;gap:10px;align-items:center}
.experiment dl.told{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:3px 14px;margin:10px 0;max-width:95ch}
.experiment dl.told dt{color:var(--muted)}
.experiment dl.told dd{margin:0;overflow-wrap:anywhere}
.experiment .open{font-weight:600}
.figures{list-style:none;display:flex;flex-wrap:wrap;gap:8px;padding:0;margin:10px 0}
.figures li{background:var(--soft);border-radius:8px;padding:4px 12px;font-size:.85rem}
.figures strong{font-variant-numeric:tabular-nums}
.calls{min-width:760px}
.calls td code{white-space:normal;overflow-wrap:anywhere}
@media (max-width:640px){.scorecard{min-width:900px}.scorecard thead th:first-child{width:122px}.scorecard tbody th{font-size:.85rem}.scorecard .basis{font-size:.75rem}.experiment{padding:10px 12px}.experiment dl.told{grid-template-columns:1fr;gap:0}.experiment dl.told dd{margin-bottom:6px}}
@media print{.scorecard,.calls{min-width:0}}
`;
