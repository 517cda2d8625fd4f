import { renderToString } from 'preact-render-to-string';
import type { DetectionMatrix } from '../../zoo/detection-matrix.js';
import { cleanDeep, visible } from '../escape.js';
import { PageHead } from '../html/page-head.js';
import { Command, Section } from '../html/parts.js';
import { PAGE_STYLE } from '../html/style.js';
import { exitCodeDoc, VERDICT_WORDS } from '../verdict.js';
import { CheckerTable, EntryArticle } from './entries.js';
import { matrixSentence } from './matrix-sentences.js';
import { MatrixTable } from './matrix-table.js';
import { MATRIX_STYLE } from './style.js';

export interface ZooPageFacts {
  readonly version: string;
  /** ISO 8601 */
  readonly date: string;
  /** The command that makes the page again. */
  readonly command: string;
}

/** The detection matrix and its entries as one file that loads nothing and needs no script. */
export function renderZooPage(given: DetectionMatrix, facts: ZooPageFacts): string {
  const matrix = cleanDeep(given, visible);
  const style = PAGE_STYLE + MATRIX_STYLE;
  const { word, icon } = VERDICT_WORDS[matrix.verdict];
  const page = (
    <html lang="en">
      <PageHead title={`${word}: zoo · slotstorm`} version={facts.version} script={''} style={style} />
      <body>
        <a class="skip" href="#main">
          Skip to the report
        </a>
        <nav aria-label="Sections">
          <ul>
            {SECTIONS.map(([id, text]) => (
              <li>
                <a href={`#${id}`}>{text}</a>
              </li>
            ))}
          </ul>
        </nav>
        <main id="main">
          <header id="verdict" class={`banner ${matrix.verdict}`}>
            <p class="scenario">
              <span>slotstorm</span> zoo
            </p>
            <h1>
              <span class="icon" aria-hidden="true">
                {icon}
              </span>
              {word}
            </h1>
            <p class="headline">{matrixSentence(matrix)}</p>
            <ul class="pills">
              <li>
                exit code <strong>{matrix.exitCode}</strong>: {exitCodeDoc(matrix.exitCode)}
              </li>
            </ul>
            <Command text={visible(facts.command)} />
          </header>
          <Section
            id="matrix"
            title="Detection matrix"
            lead="In how many of a hundred seeds in which the fault found a victim each checker spoke of a violation on the broken platform. Framed: the decisive checker, which must speak in all of them."
          >
            <MatrixTable matrix={matrix} />
          </Section>
          <Section id="entries" title="Entries" lead="What goes wrong, where it was seen, and the switch that cures it.">
            {matrix.rows.map((row) => (
              <EntryArticle row={row} />
            ))}
          </Section>
          <Section id="checkers" title="Checkers">
            <CheckerTable />
          </Section>
        </main>
        <footer>
          slotstorm {facts.version} · zoo · {facts.date}
        </footer>
      </body>
    </html>
  );
  return `<!doctype html>\n${renderToString(page)}\n`;
}

const SECTIONS: readonly (readonly [id: string, text: string])[] = [
  ['verdict', 'Verdict'],
  ['matrix', 'Matrix'],
  ['entries', 'Entries'],
  ['checkers', 'Checkers'],
];
