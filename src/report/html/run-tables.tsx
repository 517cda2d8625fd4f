import { EXERCISES } from '../../measure/exercise.js';
import { METRICS, type MetricDefinition, type MetricUnit, type MetricValue } from '../../measure/metrics.js';
import type { AccountPage, RunEvidence, RunResult, TraceSummary } from '../../measure/result.js';
import { formatNumber, formatUsd, formatValue, NO_SAMPLES, plural } from '../format.js';
import { Fold, Table } from './parts.js';

/** What each account's own page would show at the end. */
export function AccountsTable({ evidence }: { evidence: RunEvidence }) {
  const { accounts, accountsHidden } = evidence;
  if (accounts.length === 0) return null;
  return (
    <div>
      <h4>What the accounts see</h4>
      <Table<AccountPage>
        caption={`The Concurrency page at the end of the run${accountsHidden > 0 ? ` (${plural(accountsHidden, 'more account')} not listed)` : ''}`}
        rows={accounts}
        columns={[
          { heading: 'Account', names: true, cell: (page) => page.account },
          { heading: 'Limit', numeric: true, cell: (page) => formatNumber(page.limit) },
          { heading: 'Paid, last four weeks', numeric: true, cell: (page) => formatUsd(page.paidUsd) },
          { heading: 'Live', numeric: true, cell: (page) => formatNumber(page.live) },
          { heading: 'Peak', numeric: true, cell: (page) => formatNumber(page.peak) },
          { heading: 'Peak by day', cell: (page) => page.days.map(({ day, peak }) => `day ${day}: ${formatNumber(peak)}`).join(', ') },
        ]}
      />
    </div>
  );
}

/** How much of each trace was used. */
export function TracesTable({ evidence }: { evidence: RunEvidence }) {
  if (evidence.traces.length === 0) return null;
  return (
    <div>
      <h4>Traces</h4>
      <Table<TraceSummary>
        caption="Rows read from each trace"
        rows={evidence.traces}
        columns={[
          { heading: 'Rows', numeric: true, cell: (trace) => formatNumber(trace.rows) },
          { heading: 'Used', numeric: true, cell: (trace) => formatNumber(trace.used) },
          { heading: 'Accounts', numeric: true, cell: (trace) => formatNumber(trace.accounts) },
          { heading: 'Endpoints', numeric: true, cell: (trace) => formatNumber(trace.endpoints) },
          { heading: 'Outside the slice', numeric: true, cell: (trace) => formatNumber(trace.outside ?? 0) },
          { heading: 'Skipped', cell: skippedText },
          { heading: 'Put in order', numeric: true, cell: (trace) => formatNumber(trace.reordered ?? 0) },
        ]}
      />
    </div>
  );
}

function skippedText(trace: TraceSummary): string {
  if (trace.skipped.length === 0) return 'none';
  return trace.skipped.map(({ reason, rows, firstLine }) => `${plural(rows, 'row')}: ${reason} (first on line ${firstLine})`).join('; ');
}

/** Every metric and every exercise counter of a run. */
export function CountersFold({ run }: { run: RunResult }) {
  return (
    <Fold summary="All metrics and exercise counters of this run" onPaper={false}>
      <Table<[string, MetricValue]>
        caption="Metrics"
        rows={Object.entries(run.metrics)}
        columns={[
          { heading: 'Metric', names: true, cell: ([name]) => <code>{name}</code> },
          { heading: 'n', numeric: true, cell: ([, value]) => formatNumber(value.n) },
          { heading: 'Value', cell: ([name, value]) => valueText(value, definitionOf(name)?.unit ?? 'requests') },
          { heading: 'Meaning', cell: ([name]) => (name.includes('{') ? '' : definitionOf(name)?.doc) },
        ]}
      />
      <Table<[string, number]>
        caption="What the run exercised"
        rows={Object.entries(run.exercise)}
        columns={[
          { heading: 'Counter', names: true, cell: ([name]) => <code>{name}</code> },
          { heading: 'Count', numeric: true, cell: ([, count]) => formatNumber(count) },
          { heading: 'Meaning', cell: ([name]) => (EXERCISES as Readonly<Record<string, string>>)[name] },
        ]}
      />
    </Fold>
  );
}

function definitionOf(name: string): MetricDefinition | undefined {
  const bare = name.replace(/\{.*$/, '');
  return (METRICS as Readonly<Record<string, MetricDefinition>>)[bare];
}

function valueText(value: MetricValue, unit: MetricUnit): string {
  const text = (number: number): string => formatValue(number, unit);
  if (value.type === 'counter') return text(value.count);
  if (value.n === 0) return NO_SAMPLES;
  if (value.type === 'rate') return formatValue(value.rate, 'ratio');
  if (value.type === 'gauge') return `${text(value.value)} (min ${text(value.min)}, avg ${text(value.avg)}, max ${text(value.max)})`;
  return `p50 ${text(value.med)}, p95 ${text(value.p95)}, p99 ${text(value.p99)}, max ${text(value.max)}, avg ${text(value.avg)}`;
}
