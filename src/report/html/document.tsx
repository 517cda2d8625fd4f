import { createHash } from 'node:crypto';
import { renderToString } from 'preact-render-to-string';
import type { ResultFile } from '../../measure/result.js';
import { agreementOf } from '../agreement/agreement-words.js';
import { scriptText } from '../escape.js';
import { type FittedResult, fitInto } from '../fit-into.js';
import { seededGates } from '../gates.js';
import { liveRuns } from '../live/live-runs.js';
import { startOfResult } from '../playground/start-of-run.js';
import { requestsOf } from '../requests/request-rows.js';
import { compactText, fileText } from '../result-text.js';
import { type ShownResult, shownResult } from '../shown-result.js';
import { VERDICT_WORDS } from '../verdict.js';
import { AgreementSection } from './agreement-section.js';
import { BaselineSection } from './baseline-section.js';
import { PolicySection, ReproductionSection } from './closing-sections.js';
import { ComparisonSection } from './comparison-section.js';
import { DataSection, LongNamesSection, OmittedNotice, type ResultFacts } from './data-section.js';
import { embedText } from './embed.js';
import { EvidenceSection } from './evidence-section.js';
import { GatesSection } from './gates-section.js';
import { LiveSection } from './live-section.js';
import { PageHead } from './page-head.js';
import { PlaygroundSection } from './playground-section.js';
import { RequestsSection } from './requests-section.js';
import { SeedsSection } from './seeds-section.js';
import { REPORT_STYLE } from './style.js';
import { VerdictBanner } from './verdict-section.js';
import { ViolationsSection } from './violations-section.js';

export interface HtmlAssets {
  /** The bundled script of the page. */
  readonly pageScript: string;
  /** The bundled script of the playground, `dist/report/playground.bundle.js`; undefined: the page has none. */
  readonly playgroundScript?: string | undefined;
  /** Replaces the built-in style. */
  readonly pageStyle?: string;
  /** What is known of the result.json beside the page; undefined: it is computed. */
  readonly resultFacts?: ResultFacts;
}

/** The largest page, bytes. */
export const MOST_PAGE_BYTES = 10_000_000;
/** How much JSON a page carries at first, characters: a browser reads that much in a second. */
const MOST_JSON = 32_000_000;
const LEAST_JSON = 100_000;

/** The report as one file that loads nothing: it works from a disk, from a mail and without JavaScript. */
export function renderHtml(result: ResultFile, assets: HtmlAssets): string {
  const facts = assets.resultFacts ?? factsOf(result);
  for (let size = MOST_JSON; ; size /= 2) {
    const page = pageOf(result, fitInto(result, size), facts, assets);
    if (Buffer.byteLength(page) <= MOST_PAGE_BYTES || size < LEAST_JSON) return page;
  }
}

function pageOf(result: ResultFile, fitted: FittedResult, facts: ResultFacts, assets: HtmlAssets): string {
  const shown = shownResult(withEvidenceOf(result, fitted.result));
  const script = scriptText(assets.pageScript).replace(/\n?\/\/# sourceMappingURL=.*/g, '');
  const style = assets.pageStyle ?? REPORT_STYLE;
  const page = (
    <html lang="en">
      <PageHead
        title={`${VERDICT_WORDS[shown.result.verdict].word}: ${shown.result.scenario.name} · slotstorm`}
        version={shown.result.tool.version}
        script={script}
        style={style}
        packed={assets.playgroundScript === undefined ? [] : [assets.playgroundScript]}
      />
      <Body shown={shown} fitted={fitted} facts={facts} playground={assets.playgroundScript} />
    </html>
  );
  const data = `<script type="application/octet-stream" id="result-data">${embedText(compactText(fitted.result))}</script>`;
  return `<!doctype html>\n${renderToString(page).replace('</body></html>', () => `${data}<script>${script}</script></body></html>`)}\n`;
}

/** Tables speak of all runs; charts and ledgers of those whose evidence the page carries. */
function withEvidenceOf(result: ResultFile, fitted: ResultFile): ResultFile {
  if (result === fitted) return result;
  return { ...result, runs: result.runs.map((run, at) => ({ ...run, evidence: fitted.runs[at]?.evidence })) };
}

function factsOf(result: ResultFile): ResultFacts {
  try {
    const text = Buffer.from(fileText(result));
    return { bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') };
  } catch (error) {
    if (error instanceof RangeError) return { bytes: undefined, sha256: undefined };
    throw error;
  }
}

interface BodyProps {
  readonly shown: ShownResult;
  readonly fitted: FittedResult;
  readonly facts: ResultFacts;
  readonly playground: string | undefined;
}

function Body({ shown: { result, longNames }, fitted, facts, playground }: BodyProps) {
  const gates = seededGates(result);
  return (
    <body>
      <a class="skip" href="#main">
        Skip to the report
      </a>
      <Navigation result={result} hasPlayground={playground !== undefined} />
      <main id="main">
        <VerdictBanner result={result} gates={gates} />
        <noscript>
          <p class="notice">JavaScript is off: charts are not drawn. Every number is in the tables, those of the charts under “Numbers”.</p>
        </noscript>
        <OmittedNotice omitted={fitted.omitted} />
        <GatesSection gates={gates} file={result.scenario.file} />
        <LiveSection result={result} />
        <ViolationsSection result={result} />
        <ComparisonSection result={result} />
        <EvidenceSection result={result} />
        <RequestsSection result={result} />
        <BaselineSection result={result} />
        <SeedsSection result={result} />
        <AgreementSection result={result} />
        <PolicySection result={result} />
        <ReproductionSection result={result} />
        {playground === undefined ? null : <PlaygroundSection start={startOfResult(result)} script={playground} source="this run" />}
        <DataSection facts={facts} omitted={fitted.omitted} hasAllRuns={fitted.hasAllRuns} />
        <LongNamesSection names={longNames} />
      </main>
      <footer>
        {result.tool.name} {result.tool.version} · {result.scenario.name} · {result.meta.date}
      </footer>
    </body>
  );
}

function Navigation({ result, hasPlayground }: { result: ResultFile; hasPlayground: boolean }) {
  const link = (isThere: boolean, id: string, text: string): (readonly [id: string, text: string])[] => (isThere ? [[id, text]] : []);
  const links = [
    ...link(true, 'verdict', 'Verdict'),
    ...link(true, 'gates', 'Gates'),
    ...link(liveRuns(result).length > 0, 'live', 'Live'),
    ...link(true, 'violations', 'Violations'),
    ...link(true, 'variants', 'Variants'),
    ...link(true, 'evidence', 'Evidence'),
    ...link(requestsOf(result).length > 0, 'requests', 'Requests'),
    ...link(result.comparison != null, 'baseline', 'Baseline'),
    ...link(result.seeds.length > 1, 'seeds', 'Seeds'),
    ...link(agreementOf(result).length > 0, 'agreement', 'Agreement'),
    ...link(true, 'policy', 'Policy'),
    ...link(true, 'reproduce', 'Reproduce'),
    ...link(hasPlayground, 'playground', 'Playground'),
    ...link(true, 'data', 'Data'),
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
