import { formatMs, formatNumber, formatShare, plural } from '../../report/format.js';
import { Badge, Command, Facts, Fold, Table, TextBlock } from '../../report/html/parts.js';
import { commandOf } from '../command-line.js';
import type { RunFigures } from '../figures.js';
import { linkOf } from '../link.js';
import type { Question } from '../question.js';

/** A run that is over, with what was asked. */
export interface ShownRun {
  readonly question: Question;
  readonly figures: RunFigures;
  readonly line: string;
}

/** Whether the promise was kept, by how much, and everything else in a few numbers. */
export function Verdict({ run: { question, figures } }: { run: ShownRun }) {
  const [slo] = figures.slos;
  return (
    <>
      <p id="playground-verdict" role="status" class="said">
        {slo === undefined ? null : <Badge verdict={slo.verdict} />} {verdictText(question, figures)}
      </p>
      {figures.broken.length === 0 ? null : <p class="notice fail">{`Invariants that broke: ${figures.broken.join(', ')}.`}</p>}
      <Facts facts={factsOf(figures)} />
    </>
  );
}

function verdictText({ setting, promise }: Question, figures: RunFigures): string {
  const asked = `p${promise.percentile} of the wait at limit ${setting.limit}`;
  const actual = figures.slos[0]?.actual;
  const overload = overloadText(setting);
  if (actual == null) return `${asked}: nothing started after the warm-up.${overload}`;
  return `${asked}: ${formatMs(actual)}, promised below ${formatMs(promise.withinMs)}. One seed; a plan asks many.${overload || tooShortText(figures)}`;
}

/** A plan calls the same undecided. */
function tooShortText({ tooShort }: RunFigures): string {
  if (tooShort === null) return '';
  const { runMs, neededMs } = tooShort;
  const times = formatNumber(Math.ceil(neededMs / runMs));
  return ` Too short a run to tell: it ends after ${formatMs(runMs)}, and long queues need ${formatMs(neededMs)} to grow, ${times} times as many requests.`;
}

function overloadText({ limit, ghosts, ratePerSecond, service }: Question['setting']): string {
  const offered = (ratePerSecond * service.meanMs) / 1_000;
  const usable = Math.max(0, limit - ghosts);
  if (offered < usable) return '';
  return ` The load would keep ${formatNumber(offered)} slots busy and ${formatNumber(usable)} can work: the queue grows as long as requests come.`;
}

function factsOf(figures: RunFigures): (readonly [string, string])[] {
  const { queueLatency, startTimeouts, served } = figures;
  const wait = (name: 'p50' | 'p95' | 'p99'): string => (queueLatency === null ? 'no samples' : formatMs(queueLatency[name]));
  return [
    ['p50 wait', wait('p50')],
    ['p95 wait', wait('p95')],
    ['p99 wait', wait('p99')],
    ['Utilisation', formatShare(figures.utilisation)],
    ['Waiting at the end', formatNumber(figures.waitingAtEnd)],
    ['Start timeouts', startTimeouts === 0 ? '0' : `${formatNumber(startTimeouts)} (${formatShare(startTimeouts / Math.max(1, startTimeouts + served))})`],
    ['Put back to wait', plural(figures.requeues, 'time')],
    ['Slots held by nothing', formatNumber(figures.ghosts)],
  ];
}

/** How to have the same again: the link, the command, and what the command prints. */
export function SameAgain({ run: { question, line }, address }: { run: ShownRun; address: string }) {
  const link = linkOf(question);
  return (
    <div class="again">
      <h3>The same again</h3>
      <p>
        The command prints, to the byte, the line of figures that this page has. <a href={`#${link}`}>Link to this setting</a>{' '}
        <button type="button" data-copy={`${address}#${link}`}>
          Copy the link
        </button>
      </p>
      <Command text={commandOf(question)} />
      <Fold summary="The line of figures" onPaper={false}>
        <TextBlock id="playground-line" label="Figures of this run, as JSON" text={line} />
      </Fold>
    </div>
  );
}

/** What the charts show, as numbers. */
export function NumbersTable({ figures: { overTime } }: { figures: RunFigures }) {
  const rows = overTime.queued.map((queued, at) => ({ at, queued }));
  const wait = (value: number | null | undefined): string => (value == null ? '–' : formatMs(value));
  return (
    <Table
      caption={`Stretches of ${formatMs(overTime.stretchMs)}; slots and requests waiting are means, waits are of what started`}
      columns={[
        { heading: 'From', names: true, cell: ({ at }) => formatMs(at * overTime.stretchMs) },
        { heading: 'Waiting', numeric: true, cell: ({ queued }) => formatNumber(queued) },
        { heading: 'Live work', numeric: true, cell: ({ at }) => formatNumber(overTime.live[at] ?? 0) },
        { heading: 'Ghosts', numeric: true, cell: ({ at }) => formatNumber(overTime.ghost[at] ?? 0) },
        { heading: 'p50 wait', numeric: true, cell: ({ at }) => wait(overTime.p50[at]) },
        { heading: 'p95 wait', numeric: true, cell: ({ at }) => wait(overTime.p95[at]) },
        { heading: 'p99 wait', numeric: true, cell: ({ at }) => wait(overTime.p99[at]) },
        { heading: 'Timed out', numeric: true, cell: ({ at }) => formatNumber(overTime.expired[at] ?? 0) },
      ]}
      rows={rows}
    />
  );
}
