import { INVARIANT_IDS, INVARIANTS } from '../../measure/invariants/registry.js';
import type { Detection } from '../../zoo/detection.js';
import type { Difference, Figure, Incident } from '../../zoo/entry.js';
import { Badge, Command, Facts, Table } from '../html/parts.js';
import { rerunCommand } from './matrix-cells.js';
import { complaintsOn } from './matrix-sentences.js';

/** One entry: its story, where it was seen, what cures it, and what came out. */
export function EntryArticle({ row }: { row: Detection }) {
  const { entry } = row;
  const complaints = complaintsOn(row);
  return (
    <article class="entry" id={entry.name}>
      <h3>
        {entry.name} <span class="pill">{entry.faultClass}</span> <Badge verdict={row.verdict} />
      </h3>
      <p class="muted">{entry.mechanism}</p>
      <p>{entry.description}</p>
      <p class="remedy">{entry.lesson}</p>
      {complaints.map(({ text }) => (
        <p class="notice">{text}</p>
      ))}
      <Incidents incidents={entry.incidents} />
      <Differences differences={entry.differences} />
      <Facts
        facts={[
          ['Decisive checker', entry.decisive],
          ['The fault found a victim in', `${row.victims} of ${row.seeds} seeds`],
          ['A victim is', figuresText(entry.victims)],
          ['Figures of the broken platform', figuresText(entry.figures)],
          ['Figures of the cured platform', figuresText(entry.curedFigures)],
        ]}
      />
      <Command text={rerunCommand(entry.file, 1)} />
    </article>
  );
}

function Incidents({ incidents }: { incidents: readonly Incident[] }) {
  if (incidents.length === 0) return <p class="empty">No public report is known.</p>;
  return (
    <ul>
      {incidents.map(({ product, refs, what }) => (
        <li>
          {product} (<code>{refs.join(', ')}</code>): {what}
        </li>
      ))}
    </ul>
  );
}

function Differences({ differences }: { differences: readonly Difference[] }) {
  return (
    <Table<Difference>
      caption="Where the two platforms differ"
      rows={differences}
      columns={[
        { heading: 'Switch', names: true, cell: ({ path }) => <code>{path}</code> },
        { heading: 'Broken', cell: ({ broken }) => broken ?? '–' },
        { heading: 'Cured', cell: ({ cured }) => cured ?? '–' },
      ]}
    />
  );
}

export function CheckerTable() {
  return (
    <Table
      caption="What each checker holds"
      rows={INVARIANT_IDS}
      columns={[
        { heading: 'Checker', names: true, cell: (id) => id },
        { heading: 'Statement', cell: (id) => INVARIANTS[id].statement },
        { heading: 'When it is broken', cell: (id) => INVARIANTS[id].remedy },
      ]}
    />
  );
}

function figuresText(figures: readonly Figure[]): string {
  return figures.length === 0 ? '–' : figures.map(({ name, expression }) => `${name}: ${expression}`).join('; ');
}
