import { formatNumber } from '../format.js';
import { FileTable, type OfferedFile } from './file-table.js';
import { Section } from './parts.js';

const FILES: readonly OfferedFile[] = [
  { name: 'result.json', kind: 'result', holds: 'Everything: what this page is made of.' },
  { name: 'metrics.csv', kind: 'csv', holds: 'Every number of every metric, variant and seed, one a line.' },
  { name: 'junit.xml', kind: 'junit', holds: 'One case a check, for CI servers.' },
  { name: 'summary.md', kind: 'markdown', holds: 'The report as Markdown.' },
  { name: 'metrics.prom', kind: 'openmetrics', holds: 'The metrics in the format of OpenMetrics.' },
];

export interface ResultFacts {
  /** Of result.json; undefined: it is longer than a text can be. */
  readonly bytes: number | undefined;
  readonly sha256: string | undefined;
}

/** The result itself travels in the page, and other formats are made of it there. */
export function DataSection({ facts, omitted, hasAllRuns }: { facts: ResultFacts; omitted: readonly string[]; hasAllRuns: boolean }) {
  const cut = omitted.length > 0;
  const files = FILES.filter(({ kind }) => kind === 'result' || hasAllRuns).map((file) => (cut && file.kind === 'result' ? shortened(file) : file));
  const size = facts.bytes === undefined ? '' : ` (${formatNumber(Math.ceil(facts.bytes / 1024))} kB)`;
  return (
    <Section id="data" title="Raw data">
      <p>
        Everything on this page comes from <code>result.json</code>
        {size}, which {cut ? 'lies beside this file; what this page carries of it is shortened.' : 'is inside this file.'}
      </p>
      {facts.sha256 === undefined ? null : (
        <p>
          SHA-256 of result.json: <code class="hash">{facts.sha256}</code>
        </p>
      )}
      <FileTable files={files} />
      {hasAllRuns ? null : <p class="muted">The other formats need all runs: they are written beside this file when asked for with --reporter.</p>}
      <p class="muted">
        A history of every event, <code>trace.ndjson.gz</code>, lies beside this file where it was asked for with <code>--trace</code>; it is not inside it.
      </p>
      <noscript>
        <p>Downloads need JavaScript; result.json lies beside this report.</p>
      </noscript>
    </Section>
  );
}

function shortened(file: OfferedFile): OfferedFile {
  return { ...file, name: 'result-shortened.json', holds: 'What this page carries of result.json.' };
}

/** Says at the top what a reader will look for in vain. */
export function OmittedNotice({ omitted }: { omitted: readonly string[] }) {
  if (omitted.length === 0) return null;
  return (
    <div class="notice">
      <strong>This page would have been too large. Left out:</strong>
      <ul>
        {omitted.map((what) => (
          <li>{what}</li>
        ))}
      </ul>
      <p>
        The verdict and the tables over all seeds are complete. <code>result.json</code> beside this file has everything.
      </p>
    </div>
  );
}

/** Names too long for a table, each once and whole. */
export function LongNamesSection({ names }: { names: readonly (readonly [short: string, whole: string])[] }) {
  if (names.length === 0) return null;
  return (
    <Section id="long-names" title="Long names" lead="Names that are shortened on this page, in full.">
      {names.slice(0, MOST_NAMES).map(([short, whole]) => (
        <details data-screen-only="">
          <summary>{`${short} (${formatNumber(whole.length)} characters)`}</summary>
          <p class="whole">{whole.length > MOST_CHARACTERS ? `${whole.slice(0, MOST_CHARACTERS)}… (result.json has all of it)` : whole}</p>
        </details>
      ))}
      {names.length > MOST_NAMES ? <p class="muted">{formatNumber(names.length - MOST_NAMES)} more in result.json.</p> : null}
    </Section>
  );
}

const MOST_NAMES = 100;
const MOST_CHARACTERS = 20_000;
