import type { InverseAnswer, PlanResult } from '../../../measure/capacity/plan-result.js';
import { Fold, Section, Table } from '../../html/parts.js';
import { figureText, sentence, valueText } from './words.js';

const NUMBER = /^[−+-]?\$?\d/;

/** The questions asked the other way round. */
export function InverseSection({ plan: { inverse } }: { plan: PlanResult }) {
  if (inverse === undefined || inverse.length === 0) return null;
  return (
    <Section id="questions" title="Other questions" lead="Simulated, but where a figure is called formula.">
      <div class="questions">
        {inverse.map((one) => (
          <InverseArticle inverse={one} />
        ))}
      </div>
    </Section>
  );
}

function InverseArticle({ inverse: { question, title, answer, value, formula, columns, rows, notes } }: { inverse: InverseAnswer }) {
  return (
    <article>
      <h3>{title}</h3>
      <p class="question-answer">{sentence(answer)}</p>
      {value === undefined ? null : (
        <p>
          <strong>{valueText({ question, value })}</strong> simulated
          {formula === undefined ? null : <span class="muted">{` · ${figureText(formula, value.unit)} by formula`}</span>}
        </p>
      )}
      {notes.length === 0 ? null : (
        <ul class="notes">
          {notes.map((note) => (
            <li>{sentence(note)}</li>
          ))}
        </ul>
      )}
      {rows.length === 0 ? null : (
        <Fold summary="What was tried">
          <Table
            caption={title}
            rows={rows}
            columns={columns.map((heading, at) => ({
              heading,
              names: at === 0,
              numeric: rows.every((row) => NUMBER.test(row[at] ?? '')),
              cell: (row: readonly string[]) => row[at] ?? '',
            }))}
          />
        </Fold>
      )}
    </article>
  );
}
