import { CHART_STYLE } from './chart-style.js';
import { PLAYGROUND_STYLE } from './playground-style.js';
import { SECTION_STYLE } from './section-style.js';

/** The look of every page. One sheet, no images, no fonts: what the reader's system has. */
export const PAGE_STYLE = `
:root{--edge:rgba(20,30,45,.28);--bg:#f4f5f7;--card:#fff;--text:#1d2733;--muted:#55606e;--line:#dfe3e8;--soft:#f0f2f5;--link:#00639c;--pass:#00664a;--pass-bg:#e3f4ee;--fail:#a84300;--fail-bg:#fdeee4;--und:#6b4e00;--und-bg:#fdf3da;--focus:#0072B2;--shadow:0 1px 2px rgba(20,30,45,.05),0 6px 20px rgba(20,30,45,.05)}
@media (prefers-color-scheme:dark){:root{--edge:rgba(180,200,225,.4);--bg:#0d1117;--card:#161c24;--text:#e8edf3;--muted:#a4b0be;--line:#2a3441;--soft:#1e2630;--link:#7cc8f5;--pass:#4fd6ae;--pass-bg:#0f2b24;--fail:#ff9d5c;--fail-bg:#33200f;--und:#f0c04a;--und-bg:#2e2609;--focus:#7cc8f5;--shadow:none}}
*{box-sizing:border-box}
html{scroll-padding-top:64px;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","DejaVu Sans",sans-serif}
code,.command code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
main,footer{max-width:1200px;margin:0 auto;padding:0 20px}
.notice+.notice{margin-top:10px}
.notice.fail{background:var(--fail-bg);color:var(--fail);border:2px solid currentColor}
.notice ul{margin:4px 0;padding-left:24px}
h1,h2,h3,h4{line-height:1.25;margin:0}
h2{font-size:1.35rem;letter-spacing:-.01em}
h3{font-size:1.1rem;margin:8px 0}
h4{font-size:1rem}
p{margin:8px 0}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:4px}
.muted,.lead,.empty,.range{color:var(--muted)}
.lead{margin-top:4px;max-width:75ch}
.skip{position:absolute;left:-9999px}
.skip:focus{left:12px;top:12px;z-index:9;background:var(--card);padding:8px 12px}
nav{position:sticky;top:0;z-index:5;background:var(--card);border-bottom:1px solid var(--line)}
nav ul{display:flex;gap:2px;list-style:none;max-width:1200px;margin:0 auto;padding:6px 12px;overflow-x:auto}
nav a{display:block;padding:7px 11px;border-radius:8px;color:var(--muted);text-decoration:none;font-weight:500;white-space:nowrap}
nav a:hover,nav a[aria-current]{background:var(--soft);color:var(--text)}
.card,.banner{background:var(--card);border:1px solid var(--line);border-radius:14px;box-shadow:var(--shadow);padding:24px 28px;margin:20px 0}
.banner{position:relative;padding:26px 28px 24px 44px;overflow:hidden;margin-top:24px}
.banner::before{content:"";position:absolute;left:0;top:0;bottom:0;width:14px;background:var(--pass)}
.banner.fail::before{background:repeating-linear-gradient(135deg,var(--fail) 0 8px,var(--card) 8px 13px)}
.banner.undecided::before{background:repeating-linear-gradient(180deg,var(--und) 0 10px,var(--card) 10px 18px)}
.banner .scenario{margin:0;color:var(--muted);font-weight:600;overflow-wrap:anywhere}
.banner .scenario span{font-weight:400}
.banner h1{font-size:2.1rem;letter-spacing:.02em;margin:6px 0 10px;display:flex;align-items:center;gap:14px;color:var(--pass)}
.banner.fail h1{color:var(--fail)}
.banner.undecided h1{color:var(--und)}
.banner .icon{display:inline-grid;place-items:center;width:1.5em;height:1.5em;border-radius:50%;border:3px solid currentColor;font-size:.8em}
.banner.fail .icon{border-radius:8px}
.banner.undecided .icon{border-style:dashed}
.banner .headline{font-size:1.2rem;font-weight:600;max-width:80ch;overflow-wrap:anywhere}
.pills{display:flex;flex-wrap:wrap;gap:8px;list-style:none;padding:0;margin:14px 0}
.pills li,.pill{background:var(--soft);border:1px solid var(--line);border-radius:999px;padding:3px 12px;font-size:.87rem;font-weight:400}
.pills .unsettled{background:var(--und-bg);color:var(--und);border:1px dashed currentColor}
.command{display:flex;align-items:flex-start;gap:10px;background:var(--soft);border:1px solid var(--line);border-radius:10px;padding:8px 8px 8px 14px;margin:12px 0}
.command code{flex:1;overflow-wrap:anywhere;padding:4px 0}
button{font:inherit;font-weight:600;font-size:.87rem;color:var(--text);background:var(--card);border:1px solid var(--line);border-radius:8px;padding:5px 12px;cursor:pointer}
button:hover{border-color:var(--muted)}
button.primary{padding:9px 18px;background:var(--link);color:var(--card);border-color:var(--link)}
.needs-js{display:none}
.js button.needs-js{display:inline-block}
.badge{display:inline-block;font-size:.82rem;font-weight:700;border-radius:6px;padding:1px 8px;white-space:nowrap;background:var(--pass-bg);color:var(--pass);border:1px solid currentColor}
.badge.fail{background:var(--fail-bg);color:var(--fail);border-width:2px}
.badge.undecided{background:var(--und-bg);color:var(--und);border-style:dashed}
.scroll{overflow-x:auto;container-type:inline-size;margin:12px 0;border:1px solid var(--line);border-radius:10px;background:linear-gradient(90deg,var(--card) 40%,transparent) local 0 0/48px 100% no-repeat,linear-gradient(270deg,var(--card) 40%,transparent) local 100% 0/48px 100% no-repeat,linear-gradient(90deg,var(--edge),transparent) scroll 0 0/20px 100% no-repeat,linear-gradient(270deg,var(--edge),transparent) scroll 100% 0/20px 100% no-repeat var(--card)}
.scroll::-webkit-scrollbar{height:11px}
.scroll::-webkit-scrollbar-thumb{background:var(--muted);border:3px solid var(--card);border-radius:6px}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{position:sticky;left:0;max-width:100cqi;overflow-wrap:anywhere;text-align:left;padding:10px 12px 4px;color:var(--muted);font-size:.85rem}
th,td{padding:7px 12px;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
thead th{border-top:0;font-size:.82rem;color:var(--muted);font-weight:600;vertical-align:bottom}
tbody th{font-weight:600}
td,tbody th{overflow-wrap:break-word;max-width:60ch}
.short,td code{white-space:nowrap}
.prose{min-width:24ch}
.compared tbody th,.compared td{white-space:nowrap}
.number{text-align:right;white-space:nowrap}
thead .number{white-space:normal}
tr.fail>*{background:var(--fail-bg)}
tr.undecided>*{background:var(--und-bg)}
tr.differs>*{background:var(--soft);font-weight:600}
tbody tr:hover>*{box-shadow:inset 0 0 0 99px rgba(120,135,155,.07)}
.best{font-weight:700;color:var(--pass)}
.worst{font-weight:700;color:var(--fail)}
.place{font-size:.7em;vertical-align:.15em}
.range{display:block;font-size:.8rem;white-space:nowrap}
details{margin:10px 0}
summary{cursor:pointer;color:var(--link);font-weight:600;padding:4px 0}
.violation{border:1px solid var(--line);border-left:6px solid var(--muted);border-radius:10px;padding:12px 18px;margin:14px 0}
.violation.fail{border-left:6px double var(--fail)}
.violation p{max-width:85ch;overflow-wrap:anywhere}
.remedy{background:var(--soft);border-radius:8px;padding:8px 12px}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:10px;margin:14px 0}
.facts div{background:var(--soft);border-radius:10px;padding:10px 14px;min-width:0}
.facts dt{color:var(--muted);font-size:.83rem}
.facts dd{margin:2px 0 0;font-weight:600;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.hash{overflow-wrap:anywhere}
.tabs{flex-wrap:wrap;gap:4px;border-bottom:2px solid var(--line);margin:14px 0 18px}
.js .tabs{display:flex}
.tabs button{border:0;border-bottom:3px solid transparent;border-radius:8px 8px 0 0;padding:9px 16px;margin-bottom:-2px;background:none;color:var(--muted);font-size:.95rem;overflow-wrap:anywhere}
.tabs button[aria-selected=true]{color:var(--text);border-bottom-color:var(--link)}
.panel{margin-bottom:28px}
.panel+.panel{border-top:2px solid var(--line);padding-top:20px}
.js .panel+.panel{border-top:0;padding-top:0}
.charts{display:grid;gap:30px;margin-top:18px;grid-template-columns:minmax(0,1fr)}
.small-multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,380px),1fr));gap:20px}
figure{margin:0;min-width:0}
.summary{margin:2px 0 10px;color:var(--muted);max-width:90ch;overflow-wrap:anywhere}
.canvas{display:none;position:relative;height:340px;width:100%}
.js .canvas{display:block}
.strips{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:24px;margin:16px 0}
.strip figcaption{font-weight:600;margin-bottom:4px}
.strip-row{display:grid;grid-template-columns:minmax(80px,130px) minmax(0,1fr);align-items:center;gap:10px;font-size:.85rem}
.strip-row span{overflow-wrap:anywhere}
.strip-axis{stroke:var(--line);stroke-width:2}
.dot{fill:var(--link);fill-opacity:.45;stroke:var(--link)}
.cross{stroke:var(--fail);stroke-width:2.5;fill:none}
.strip svg{width:100%;overflow:visible}
.strip figcaption .range{display:inline;font-weight:400}
.interval{stroke:var(--text);stroke-width:1.5;fill:none}
.strip-limit{stroke:var(--fail);stroke-width:2;stroke-dasharray:5 4}
.strip-label{fill:var(--text);font-size:12px}
.band{fill:var(--link);fill-opacity:.28}
.band-range{stroke:var(--link);stroke-width:2}
.band-median{stroke:var(--link);stroke-width:3}
.tolerance{fill:var(--pass);fill-opacity:.16;stroke:var(--pass);stroke-opacity:.55}
.no-difference{stroke:var(--muted);stroke-dasharray:2 2}
.interval-mean{stroke:var(--text);stroke-width:3}
.notes{max-width:85ch}
.notice{background:var(--und-bg);color:var(--und);border:1px dashed currentColor;border-radius:10px;padding:10px 16px}
footer{color:var(--muted);font-size:.87rem;padding:8px 20px 40px}
[hidden]{display:none!important}
@media (max-width:640px){main{padding:0 10px}.card{padding:18px 14px;margin:12px 0}.banner{padding:20px 14px 16px 30px;margin-top:12px}.banner h1{font-size:1.7rem}.banner .headline{font-size:1.05rem}th,td{padding:6px 9px}.command{flex-direction:column}.command code{width:100%}.facts{grid-template-columns:1fr 1fr}}
@media print{:root{--bg:#fff;--card:#fff;--text:#1d2733;--muted:#55606e;--line:#dfe3e8;--soft:#f0f2f5;--link:#00639c;--pass:#00664a;--pass-bg:#e3f4ee;--fail:#a84300;--fail-bg:#fdeee4;--und:#6b4e00;--und-bg:#fdf3da;--shadow:none}
nav,.tabs,.skip,button,.js .tabs,.js button.needs-js{display:none}
html{font-size:10.5px}.small-multiples{grid-template-columns:1fr}body{font-size:10.5px}main{max-width:none;padding:0}.card,.banner{break-inside:auto;border-radius:0;border-width:1px 0 0;padding:14px 8px;margin:0}.banner{padding-left:30px}
figure,.violation,tr,.facts div{break-inside:avoid}h2,h3,h4{break-after:avoid}.scroll{overflow:visible;background:none}table{font-size:9px;table-layout:fixed}th,td{padding:3px 4px}th,td,.short,td code,tbody th code,.number,.range,.badge,.compared tbody th,.compared td,#request-table :is(td,th){white-space:normal;overflow-wrap:anywhere;min-width:0}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;

/** The look of a report. */
export const REPORT_STYLE = PAGE_STYLE + CHART_STYLE + SECTION_STYLE + PLAYGROUND_STYLE;
