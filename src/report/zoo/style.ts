/** What the matrix needs beside the look of every report. */
export const MATRIX_STYLE = `
.matrix{border-collapse:separate;border-spacing:0}
.matrix th,.matrix td{padding:5px 4px}
.matrix thead th{text-align:center;white-space:nowrap}
.matrix thead .checker{writing-mode:vertical-rl;transform:rotate(180deg);padding:6px 2px;text-align:left;vertical-align:middle}
.matrix tbody th{white-space:nowrap;position:sticky;left:0;background:var(--card);padding-left:12px}
.matrix .share{text-align:center;min-width:2.6em;color:var(--muted)}
.matrix .few,.matrix .many,.matrix .all{color:var(--text);background:color-mix(in srgb,var(--link) 12%,transparent)}
.matrix .many{background:color-mix(in srgb,var(--link) 26%,transparent)}
.matrix .all{background:color-mix(in srgb,var(--link) 42%,transparent)}
.matrix .decisive{outline:2px solid var(--pass);outline-offset:-3px;border-radius:7px;font-weight:700}
.matrix .decisive.missed{outline:3px dashed var(--fail);color:var(--fail)}
.entry{border-top:1px solid var(--line);padding:16px 0 6px}
.entry h3{display:flex;flex-wrap:wrap;gap:10px;align-items:center}
.entry p{max-width:85ch}
.entry ul{margin:6px 0;padding-left:22px}
`;
