import type { ResultFile } from '../../measure/result.js';
import { type AgreementWords, agreementOf, agreementSentence, agreementWords, worstFirst } from '../agreement/agreement-words.js';
import { VERDICT_WORDS } from '../verdict.js';
import { DifferenceDrawing } from './difference-drawing.js';
import { Section, Table } from './parts.js';

const LEAD =
  'The same scenario and seeds in virtual time and over HTTP. A difference is live minus simulated, paired by seed; its 95 % interval is Student’s t over those pairs. ' +
  'Two numbers agree when the whole interval lies within the tolerance, differ when all of it lies outside, and are undecided in between.';

/** `--compare-with-sim`: how near the live runs come to the simulation. */
export function AgreementSection({ result }: { result: ResultFile }) {
  const lines = agreementOf(result);
  if (lines.length === 0) return null;
  const words = worstFirst(agreementWords(lines));
  const named = words.some(({ variant }) => variant !== undefined);
  return (
    <Section id="agreement" title="Live against simulated" lead={LEAD}>
      <p>
        <strong>{agreementSentence(lines)}.</strong>
      </p>
      <Table<AgreementWords>
        caption="In the pictures the band is the tolerance, the upright line in it no difference, the bracket the interval, the tick in it the mean"
        rows={words}
        rowClass={({ look }) => (look === 'pass' ? '' : look)}
        columns={[
          { heading: 'Verdict', cell: ({ look, word }) => <AgreementBadge look={look} word={word} /> },
          ...(named ? [{ heading: 'Variant', cell: ({ variant }: AgreementWords) => variant ?? '–' }] : []),
          { heading: 'Number', names: true, cell: ({ metric }) => <code>{metric}</code> },
          { heading: 'Simulated', numeric: true, cell: ({ simulated }) => simulated },
          { heading: 'Live', numeric: true, cell: ({ live }) => live },
          { heading: 'Difference', numeric: true, cell: ({ difference }) => difference },
          { heading: '95 % interval', numeric: true, cell: ({ interval }) => interval },
          { heading: 'Tolerance', numeric: true, cell: ({ tolerance }) => tolerance },
          { heading: 'Picture', cell: (one) => <DifferenceDrawing words={one} /> },
          { heading: 'Seeds', numeric: true, cell: ({ pairs }) => pairs },
        ]}
      />
    </Section>
  );
}

function AgreementBadge({ look, word }: { look: AgreementWords['look']; word: string }) {
  return (
    <span class={`badge ${look}`}>
      <span aria-hidden="true">{VERDICT_WORDS[look].icon}</span> {word}
    </span>
  );
}
