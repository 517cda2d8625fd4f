import { cutText } from '../format.js';
import { Badge, Section, Table } from '../html/parts.js';
import type { AnswerLine } from './index-model.js';
import { dateText, shownName } from './words.js';

const MOST_TEXT = 300;

/** Plans and scorecards, each with its question and its answer in one line. */
export function AnswerTable({ lines }: { lines: readonly AnswerLine[] }) {
  if (lines.length === 0) return null;
  return (
    <Section id="answers" title="Plans and scorecards">
      <Table<AnswerLine>
        caption="What fails comes first, scorecards last; then the newest first."
        rows={lines}
        look="index"
        columns={[
          { heading: 'Report', names: true, cell: (line) => <Name line={line} /> },
          { heading: 'Verdict', cell: ({ ended }) => (ended === undefined ? '–' : <Verdict {...ended} />) },
          { heading: 'Answer', cell: ({ answer }) => cutText(answer, MOST_TEXT) },
          { heading: 'Question', cell: ({ question }) => cutText(question, MOST_TEXT) },
          { heading: 'Made', cell: (line) => dateText(line) },
        ]}
      />
    </Section>
  );
}

function Name({ line: { kind, folder, href } }: { line: AnswerLine }) {
  const name = shownName(folder);
  return (
    <>
      {href === undefined ? name : <a href={href}>{name}</a>}
      <span class="range">{kind}</span>
    </>
  );
}

function Verdict({ verdict, exitCode }: NonNullable<AnswerLine['ended']>) {
  return (
    <>
      <Badge verdict={verdict} /> <span class="muted">{exitCode}</span>
    </>
  );
}
