import { renderToString } from 'preact-render-to-string';
import { cleanDeep, visible } from '../escape.js';
import { formatNumber } from '../format.js';
import { PageHead } from '../html/page-head.js';
import { Command, Section, Table } from '../html/parts.js';
import { PAGE_STYLE } from '../html/style.js';
import { SCORE_STYLE } from './style.js';
import { outcomeText } from './words.js';

/** One call as it is shown: nothing secret is in it. */
export interface ShownCall {
  /** Since the experiments began. ms */
  readonly atMs: number;
  readonly by: string;
  readonly method: string;
  readonly path: string;
  /** 0: no answer came. */
  readonly status: number;
  readonly says: string;
  readonly times: number;
  readonly lastMs: number;
}

/** An experiment over HTTP, and what it came to. */
export interface CallsPageFacts {
  readonly provider: string;
  /** What stands behind the address. */
  readonly about: string;
  readonly name: string;
  readonly done: string;
  readonly expected: string;
  readonly seen: string;
  readonly passed: boolean | undefined;
  readonly calls: readonly ShownCall[];
  readonly rerun: string;
  readonly version: string;
  /** ISO 8601 */
  readonly date: string;
}

/** Every call of an experiment as one file that loads nothing and needs no script. */
export function renderCallsPage(given: CallsPageFacts): string {
  const facts = cleanDeep(given, visible);
  const { word, icon, look } = outcomeText(facts.passed);
  const page = (
    <html lang="en">
      <PageHead title={`${facts.name}: ${facts.provider} · slotstorm`} version={facts.version} script={''} style={PAGE_STYLE + SCORE_STYLE} />
      <body>
        <a class="skip" href="#calls">
          Skip to the calls
        </a>
        <main id="main">
          <header class="card">
            <p class="muted">
              <a href="../../score.html">Provider scorecard</a> · {facts.provider}
            </p>
            <h1>{facts.name}</h1>
            <p>
              <span class={`badge ${look}`}>
                <span aria-hidden="true">{icon}</span> {word}
              </span>
            </p>
            <section class={`experiment ${look}`} aria-label="What was done and seen">
              <dl class="told">
                <dt>On</dt>
                <dd>{facts.about}</dd>
                <dt>Done</dt>
                <dd>{facts.done}</dd>
                <dt>Expected</dt>
                <dd>{facts.expected}</dd>
                <dt>Seen</dt>
                <dd>{facts.seen}</dd>
              </dl>
            </section>
            <Command text={facts.rerun} />
          </header>
          <Section
            id="calls"
            title="Calls"
            lead="In the order in which each was first made. A call that was repeated with the same answer is one line. Keys are struck out."
          >
            <Table
              caption="Every call of this experiment"
              look="calls"
              columns={[
                { heading: 'At, ms', numeric: true, cell: ({ atMs }) => formatNumber(atMs) },
                { heading: 'With', cell: ({ by }) => by },
                {
                  heading: 'Call',
                  names: true,
                  cell: ({ method, path }) => (
                    <code>
                      {method} {path}
                    </code>
                  ),
                },
                { heading: 'Answer', numeric: true, cell: ({ status }) => (status === 0 ? 'none' : String(status)) },
                { heading: 'Says', cell: ({ says }) => <span class="id">{says === '' ? '(nothing)' : says}</span> },
                {
                  heading: 'Times',
                  numeric: true,
                  cell: ({ times, lastMs }) => (times === 1 ? '1' : `${formatNumber(times)}, until ${formatNumber(lastMs)} ms`),
                },
              ]}
              rows={facts.calls}
            />
          </Section>
        </main>
        <footer>
          slotstorm {facts.version} · record of calls · {facts.date}
        </footer>
      </body>
    </html>
  );
  return `<!doctype html>\n${renderToString(page)}\n`;
}
