import { METRICS, type MetricUnit, OUTCOME_TAGS } from '../../measure/metrics.js';
import type { ResultFile } from '../../measure/result.js';
import { formatDifference, formatValue } from '../format.js';
import { type Field, valueIn } from '../runs.js';
import { type LiveVariant, liveVariants, type ShownLiveRun } from './live-runs.js';

/** A number that clients and server may tell differently. */
interface SeenNumber {
  readonly heading: string;
  readonly metric: string;
  readonly field: Field;
  readonly unit: MetricUnit;
  /** Of some things only clients know: the server's metrics have them from the clients. */
  readonly seenBy: 'both' | 'clients';
}

export interface SeenCell {
  /** `–`: that view does not say. */
  readonly client: string;
  readonly server: string;
  /** Client minus server; `–` where one is missing. */
  readonly difference: string;
}

export interface SeenRow {
  readonly heading: string;
  /** As the variants. */
  readonly cells: readonly SeenCell[];
}

/** What clients saw beside what the server's books say. */
export interface TwoViews {
  readonly titles: readonly string[];
  readonly rows: readonly SeenRow[];
}

/** What stands where a view says nothing. */
const NOTHING = '–';

const LATENCIES: readonly SeenNumber[] = (['queue_latency', 'time_to_result'] as const).flatMap((metric) =>
  (['p50', 'p95', 'p99'] as const).map((name) => ({
    heading: `${metric} ${name}`,
    metric,
    field: name === 'p50' ? ('med' as const) : name,
    unit: METRICS[metric].unit,
    seenBy: 'both' as const,
  })),
);

const counted = (metric: string, seenBy: SeenNumber['seenBy']): SeenNumber => ({ heading: metric, metric, field: 'count', unit: 'requests', seenBy });

const COUNTS: readonly SeenNumber[] = [
  counted('requests', 'both'),
  ...OUTCOME_TAGS.map((outcome) => counted(`requests{outcome:${outcome}}`, 'both')),
  counted('http_429', 'both'),
  counted('client_retries', 'clients'),
  counted('zombie_polls', 'clients'),
];

/** Medians over the runs of each variant that the server's books were read for. undefined: they never were. */
export function twoViews(result: ResultFile): TwoViews | undefined {
  const variants = liveVariants(result)
    .map(({ title, runs }): LiveVariant => ({ title, runs: runs.filter(({ live }) => live.judgedBy === 'server') }))
    .filter(({ runs }) => runs.length > 0);
  if (variants.length === 0) return undefined;
  const rows = [...LATENCIES, ...COUNTS].filter((number) => isTold(variants, number)).map((number) => rowOf(variants, number));
  return rows.length === 0 ? undefined : { titles: variants.map(({ title }) => title), rows };
}

function rowOf(variants: readonly LiveVariant[], number: SeenNumber): SeenRow {
  return { heading: number.heading, cells: variants.map(({ runs }) => cellOf(runs, number)) };
}

function cellOf(runs: readonly ShownLiveRun[], number: SeenNumber): SeenCell {
  const { unit } = number;
  const client = median(runs.map((run) => clientValue(run, number)));
  const server = median(runs.map((run) => serverValue(run, number)));
  const text = (value: number | undefined): string => (value === undefined ? NOTHING : formatValue(value, unit));
  return {
    client: text(client),
    server: text(server),
    difference: client === undefined || server === undefined ? NOTHING : formatDifference(client - server, unit),
  };
}

/** Counts that are zero everywhere tell nothing. */
function isTold(variants: readonly LiveVariant[], number: SeenNumber): boolean {
  const values = variants.flatMap(({ runs }) => runs.flatMap((run) => [clientValue(run, number), serverValue(run, number)]));
  return values.some((value) => value !== undefined && (number.field !== 'count' || value > 0));
}

/** Clients that could not count have a counter without samples. */
function clientValue({ live: { clientMetrics } }: ShownLiveRun, { metric, field }: SeenNumber): number | undefined {
  return clientMetrics[metric]?.n === 0 ? undefined : valueIn(clientMetrics, metric, field);
}

function serverValue({ run }: ShownLiveRun, { metric, field, seenBy }: SeenNumber): number | undefined {
  return seenBy === 'clients' ? undefined : valueIn(run.metrics, metric, field);
}

/** Of an even number the lower of the two in the middle, as everywhere. */
function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  return known[Math.floor((known.length - 1) / 2)];
}
