import type { PlanMove } from '../../../measure/capacity/plan-comparison.js';
import type { PlanResult } from '../../../measure/capacity/plan-result.js';
import { Badge, Section, Table } from '../../html/parts.js';
import { figureText, NONE, sentence } from './words.js';

const MOVE_WORDS: Readonly<Record<PlanMove['verdict'], { readonly icon: string; readonly look: string }>> = {
  better: { icon: '✓', look: 'badge pass' },
  same: { icon: '=', look: 'badge aside' },
  worse: { icon: '✗', look: 'badge fail' },
  undecided: { icon: '?', look: 'badge undecided' },
};

/** This plan beside an older one. */
export function PlanComparisonSection({ plan: { comparison } }: { plan: PlanResult }) {
  if (comparison === undefined) return null;
  const { file, differences, moves, verdict, text } = comparison;
  return (
    <Section id="baseline" title="Comparison with the baseline plan">
      <p>
        <Badge verdict={verdict} /> {sentence(text)} <span class="muted">Held against</span> <code class="hash">{file}</code>
      </p>
      {differences.length === 0 ? null : (
        <div class="notice">
          <strong>The two are not about the same question.</strong>
          <ul>
            {differences.map((difference) => (
              <li>{difference}</li>
            ))}
          </ul>
        </div>
      )}
      {moves.length === 0 ? null : (
        <Table<PlanMove>
          caption="What has moved"
          rows={moves}
          rowClass={({ verdict: one }) => (one === 'worse' ? 'fail' : one === 'undecided' ? 'undecided' : '')}
          columns={[
            { heading: 'Number', names: true, cell: ({ what }) => what },
            { heading: 'Before', numeric: true, cell: ({ before, unit }) => (before === undefined ? NONE : figureText(before, unit)) },
            { heading: 'Now', numeric: true, cell: ({ after, unit }) => (after === undefined ? NONE : figureText(after, unit)) },
            { heading: 'Change', numeric: true, cell: changeText },
            { heading: 'Verdict', cell: ({ verdict: one }) => <MoveBadge verdict={one} /> },
          ]}
        />
      )}
    </Section>
  );
}

function MoveBadge({ verdict }: { verdict: PlanMove['verdict'] }) {
  const { icon, look } = MOVE_WORDS[verdict];
  return (
    <span class={look}>
      <span aria-hidden="true">{icon}</span> {verdict}
    </span>
  );
}

function changeText({ before, after, unit }: PlanMove): string {
  if (before === undefined || after === undefined) return NONE;
  if (before === after) return '±0';
  return `${after > before ? '+' : '−'}${figureText(Math.abs(after - before), unit)}`;
}
