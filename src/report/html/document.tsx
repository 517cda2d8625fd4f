import { renderToString } from 'preact-render-to-string';
import type { ResultFile } from '../../measure/result.js';
import { agreementOf } from '../agreement/agreement-words.js';
import { cleanDeep, scriptText, visible } from '../escape.js';
import { seededGates } from '../gates.js';
import { liveRuns } from '../live/live-runs.js';
import { VERDICT_WORDS } from '../verdict.js';
import { AgreementSection } from './agreement-section.js';
import { DataSection, PolicySection, ReproductionSection } from './closing-sections.js';
import { ComparisonSection } from './comparison-section.js';
import { contentSecurityPolicy, embedData } from './embed.js';
import { EvidenceSection } from './evidence-section.js';
import { GatesSection } from './gates-section.js';
import { LiveSection } from './live-section.js';
import { SeedsSection } from './seeds-section.js';
import { PAGE_STYLE } from './style.js';
import { VerdictBanner } from './verdict-section.js';
import { ViolationsSection } from './violations-section.js';

export interface HtmlAssets {
  /** The bundled script of the page. */
  readonly pageScript: string;
  /** Replaces the built-in style. */
  readonly pageStyle?: string;
}

/** The report as one file that loads nothing: it works from a disk, from a mail and without JavaScript. */
export function renderHtml(result: ResultFile, assets: HtmlAssets): string {
  const shown = cleanDeep(result, visible);
  const script = scriptText(assets.pageScript).replace(/\n?\/\/# sourceMappingURL=.*/g, '');
  const style = assets.pageStyle ?? PAGE_STYLE;
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={contentSecurityPolicy(script, style)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content={`slotstorm ${shown.tool.version}`} />
        <title>{`${VERDICT_WORDS[shown.verdict].word}: ${shown.scenario.name} · slotstorm`}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <Body result={shown} bytes={JSON.stringify(result).length} />
    </html>
  );
  const data = `<script type="application/octet-stream" id="result-data">${embedData(result)}</script>`;
  return `<!doctype html>\n${renderToString(page).replace('</body></html>', () => `${data}<script>${script}</script></body></html>`)}\n`;
}

function Body({ result, bytes }: { result: ResultFile; bytes: number }) {
  const gates = seededGates(result);
  return (
    <body>
      <a class="skip" href="#main">
        Skip to the report
      </a>
      <Navigation result={result} />
      <main id="main">
        <VerdictBanner result={result} gates={gates} />
        <noscript>
          <p class="notice">JavaScript is off: charts are not drawn. Every number is in the tables, those of the charts under “Numbers”.</p>
        </noscript>
        <GatesSection gates={gates} />
        <LiveSection result={result} />
        <ViolationsSection result={result} />
        <ComparisonSection result={result} />
        <EvidenceSection result={result} />
        <SeedsSection result={result} />
        <AgreementSection result={result} />
        <PolicySection result={result} />
        <ReproductionSection result={result} />
        <DataSection bytes={bytes} />
      </main>
      <footer>
        {result.tool.name} {result.tool.version} · {result.scenario.name} · {result.meta.date}
      </footer>
    </body>
  );
}

function Navigation({ result }: { result: ResultFile }) {
  const links: readonly (readonly [id: string, text: string])[] = [
    ['verdict', 'Verdict'],
    ['gates', 'Gates'],
    ...(liveRuns(result).length > 0 ? [['live', 'Live'] as const] : []),
    ['violations', 'Violations'],
    ['variants', 'Variants'],
    ['evidence', 'Evidence'],
    ...(result.seeds.length > 1 ? [['seeds', 'Seeds'] as const] : []),
    ...(agreementOf(result).length > 0 ? [['agreement', 'Agreement'] as const] : []),
    ['policy', 'Policy'],
    ['reproduce', 'Reproduce'],
    ['data', 'Data'],
  ];
  return (
    <nav aria-label="Sections">
      <ul>
        {links.map(([id, text]) => (
          <li>
            <a href={`#${id}`}>{text}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
