import type { CallRecord } from '../../measure/client-calls.js';
import type { ResultFile } from '../../measure/result.js';
import { formatMs, formatNumber, formatSeconds, plural } from '../format.js';
import { type ListedCall, outcomeText, troubleText } from '../live/call-lists.js';
import type { StepTrouble } from '../live/late-steps.js';
import { type PacingFigures, pacingByRun, pacingFigures } from '../live/pacing-figures.js';
import type { SeenCell, SeenRow, TwoViews } from '../live/two-views.js';
import { Fold, Table, type TableColumn } from './parts.js';

const MAX_RUNS = 60;
const MAX_STEPS = 40;
const NOTHING = '–';

/** How well the load was sent: a line a variant, and the single runs behind it. */
export function PacingTables({ result }: { result: ResultFile }) {
  const variants = pacingFigures(result);
  const several = variants.some(({ runs }) => runs > 1);
  const single = pacingByRun(result, MAX_RUNS);
  return (
    <>
      <h3>How the load was sent</h3>
      <PacingTable caption={several ? 'Counts are sums, wall times those of the worst run' : 'Wall time'} rows={variants} />
      {several ? (
        <Fold summary="Run by run" onPaper={false}>
          <PacingTable caption="Each run, wall time" rows={single.figures} />
          {single.hidden > 0 ? <p class="muted">{plural(single.hidden, 'more run')} in result.json.</p> : null}
        </Fold>
      ) : null}
    </>
  );
}

function PacingTable({ caption, rows }: { caption: string; rows: readonly PacingFigures[] }) {
  const count = (value: number | undefined): string => (value === undefined ? NOTHING : formatNumber(value));
  const time = (value: number | undefined): string => (value === undefined ? NOTHING : formatMs(value));
  return (
    <Table<PacingFigures>
      caption={caption}
      rows={rows}
      columns={[
        { heading: 'Runs of', names: true, cell: ({ title, runs }) => (runs > 1 ? `${title} (${formatNumber(runs)})` : title) },
        { heading: 'Calls planned', numeric: true, cell: ({ planned }) => count(planned) },
        { heading: 'Sent', numeric: true, cell: ({ sent }) => count(sent) },
        { heading: 'Dropped (maxVUs)', numeric: true, cell: ({ dropped }) => count(dropped) },
        { heading: 'Never sent', numeric: true, cell: ({ unsent }) => count(unsent) },
        { heading: 'HTTP requests', numeric: true, cell: ({ httpRequests }) => count(httpRequests) },
        { heading: 'Send error p99', numeric: true, cell: ({ sendErrorP99Ms }) => time(sendErrorP99Ms) },
        { heading: 'Send error max', numeric: true, cell: ({ sendErrorMaxMs }) => time(sendErrorMaxMs) },
        { heading: 'Event loop late, p99', numeric: true, cell: ({ loopLagP99Ms }) => time(loopLagP99Ms) },
        { heading: 'HTTP answer p50', numeric: true, cell: ({ httpP50Ms }) => time(httpP50Ms) },
        { heading: 'HTTP answer p99', numeric: true, cell: ({ httpP99Ms }) => time(httpP99Ms) },
        {
          heading: 'CPU a request',
          numeric: true,
          cell: ({ cpuUsPerHttpRequest }) => time(cpuUsPerHttpRequest === undefined ? undefined : cpuUsPerHttpRequest / 1000),
        },
        { heading: 'Took', numeric: true, cell: ({ wallMs }) => formatMs(wallMs) },
      ]}
    />
  );
}

/** Clients' numbers beside those of the server's books. */
export function ViewsTable({ views: { titles, rows }, seeds }: { views: TwoViews; seeds: number }) {
  const one = (at: number): TableColumn<SeenRow>[] => {
    const prefix = titles.length > 1 ? `${titles[at]}: ` : '';
    const cell =
      (part: keyof SeenCell) =>
      ({ cells }: SeenRow): string =>
        cells[at]?.[part] ?? NOTHING;
    return [
      { heading: `${prefix}clients`, numeric: true, cell: cell('client') },
      { heading: `${prefix}server`, numeric: true, cell: cell('server') },
      { heading: 'difference', numeric: true, cell: cell('difference') },
    ];
  };
  return (
    <Table<SeenRow>
      caption={`${seeds > 1 ? 'Medians over the seeds. ' : ''}What clients saw, what the server's own books say, clients minus server. ${NOTHING}: that side does not say`}
      rows={rows}
      columns={[{ heading: 'Number', names: true, cell: ({ heading }) => <code>{heading}</code> }, ...titles.flatMap((_, at) => one(at))]}
    />
  );
}

/** Steps that were late or not performed; where all is well, a sentence. */
export function StepsTable({ troubles, sentence }: { troubles: readonly StepTrouble[]; sentence: string | undefined }) {
  if (sentence === undefined) return null;
  const several = troubles.some(({ run }) => run !== undefined);
  const left = troubles.length - MAX_STEPS;
  return (
    <>
      <h3>Steps</h3>
      <p>{`${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}.`}</p>
      {troubles.length === 0 ? null : (
        <Table<StepTrouble>
          caption="Steps that were not performed as planned"
          rows={troubles.slice(0, MAX_STEPS)}
          columns={[
            ...(several ? [{ heading: 'Run', cell: ({ run }: StepTrouble) => run ?? NOTHING }] : []),
            { heading: 'Step', names: true, cell: ({ number, label }) => (label === '' ? String(number) : `${number} ${label}`) },
            { heading: 'Planned', numeric: true, cell: ({ plannedUs }) => formatSeconds(plannedUs / 1e6) },
            { heading: 'What happened', cell: ({ text }) => text },
          ]}
        />
      )}
      {left > 0 ? <p class="muted">{plural(left, 'more step')} in result.json.</p> : null}
    </>
  );
}

/** Calls one by one, as clients saw them. */
export function CallsTable({ caption, calls }: { caption: string; calls: readonly ListedCall[] }) {
  const several = calls.some(({ run }) => run !== undefined);
  const time = (us: number | null | undefined): string => (us == null ? NOTHING : formatSeconds(us / 1e6));
  const column = (heading: string, cell: (call: CallRecord) => string, numeric = false): TableColumn<ListedCall> => ({
    heading,
    numeric,
    cell: ({ call }) => cell(call),
  });
  return (
    <Table<ListedCall>
      caption={caption}
      rows={calls}
      columns={[
        ...(several ? [{ heading: 'Run', cell: ({ run }: ListedCall) => run ?? NOTHING }] : []),
        { heading: 'As', names: true, cell: ({ call }) => `${call.account}/${call.key}` },
        column('Endpoint', (call) => call.endpoint),
        column('Call', (call) => call.mode),
        column('Outcome', outcomeText),
        column('What was said', troubleText),
        column('Planned', (call) => time(call.plannedUs), true),
        column('Sent late by', (call) => time(call.sentUs - call.plannedUs), true),
        column('Until its work began', (call) => time(call.queueLatencyUs), true),
        column('Until its end', (call) => time(call.elapsedUs), true),
        column('Attempts', (call) => formatNumber(call.attempts), true),
        column('429s', (call) => formatNumber(call.refusals), true),
        column('Polls', (call) => formatNumber(call.polls), true),
        column('Request', (call) => call.requestId ?? NOTHING),
      ]}
    />
  );
}
