import { type ChangePoint, changePoints, type LatestGuard, LEAST_HISTORY, latestOutside } from '../../measure/comparison/change-points.js';
import { EXIT_CODES } from '../../measure/exit-codes.js';
import { METRICS, type MetricName, type MetricUnit } from '../../measure/metrics.js';
import { reasonOf } from '../../reasons.js';
import { terminalText } from '../../report/escape.js';
import { formatShare, formatValue, plural } from '../../report/format.js';
import { readHistory } from '../../results/history.js';
import type { HistoryEntry } from '../../results/history-entry.js';
import { UsageError } from '../failures.js';
import { noFile } from '../no-file.js';
import type { Outside } from '../outside.js';

/** One number over the runs of a scenario, oldest first. Runs with another number of seeds are another series. */
interface Trend {
  readonly scenario: string;
  readonly world: HistoryEntry['world'];
  readonly seeds: number;
  readonly variant: string;
  /** `queue_latency p95` */
  readonly number: string;
  readonly runs: number;
  readonly changes: readonly DatedChange[];
  readonly latest: LatestGuard | undefined;
}

interface DatedChange extends ChangePoint {
  readonly date: string;
  /** Of the commit; undefined where the history does not say. */
  readonly revision: string | undefined;
}

/** Prints where the numbers of a history changed their level. It reports, and blocks nothing. @returns the exit code: 96 where there are too few runs to say */
export function showTrends(file: string, { json }: { readonly json: boolean }, { files, out, err }: Outside): number {
  if (!files.isFile(file)) throw new UsageError(`--history: expected a history.ndjson, but ${noFile(file, files)}`);
  const history = read(file, () => readHistory(files.readChunks(file)));
  const unread = [history.broken > 0 ? `${history.broken} broken` : '', history.newer > 0 ? `${history.newer} of a newer slotstorm` : ''].filter(
    (text) => text !== '',
  );
  if (unread.length > 0) err.write(`slotstorm: ${terminalText(file)}: left out ${unread.join(' and ')} of its lines\n`);
  const series = seriesOf(history.entries);
  const trends = [...series.values()].flatMap((entries) => (entries.length < LEAST_HISTORY ? [] : trendsOf(entries)));
  if (json) out.write(`${JSON.stringify(trends, undefined, 1)}\n`);
  else out.write(inWords(trends, [...series.values()]));
  return trends.length === 0 ? EXIT_CODES.undecided.code : EXIT_CODES.passed.code;
}

function read<Value>(file: string, reading: () => Value): Value {
  try {
    return reading();
  } catch (error) {
    throw new UsageError(`--history: expected to read ${JSON.stringify(file)}: ${reasonOf(error)}`);
  }
}

/** Runs that can be set beside each other. */
function seriesOf(entries: readonly HistoryEntry[]): Map<string, HistoryEntry[]> {
  const series = new Map<string, HistoryEntry[]>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.scenario, entry.world, entry.seeds]);
    series.set(key, [...(series.get(key) ?? []), entry]);
  }
  return series;
}

function trendsOf(entries: readonly HistoryEntry[]): Trend[] {
  const [first] = entries as readonly [HistoryEntry, ...HistoryEntry[]];
  const { scenario, world, seeds } = first;
  const names = new Map<string, { variant: string; number: string }>();
  for (const { numbers } of entries) {
    for (const [variant, own] of Object.entries(numbers))
      for (const number of Object.keys(own)) names.set(JSON.stringify([variant, number]), { variant, number });
  }
  return [...names.values()].map(({ variant, number }) => {
    const known = entries.flatMap((entry) => {
      const value = entry.numbers[variant]?.[number];
      return value === undefined ? [] : [{ entry, value }];
    });
    const values = known.map(({ value }) => value);
    const changes = changePoints(values).map((change) => {
      const { date, revision } = (known[change.at] as (typeof known)[number]).entry;
      return { ...change, date, revision: revision?.sha };
    });
    return { scenario, world, seeds, variant, number, runs: values.length, changes, latest: latestOutside(values) };
  });
}

function inWords(trends: readonly Trend[], series: readonly (readonly HistoryEntry[])[]): string {
  const lines: string[] = [];
  for (const trend of trends) {
    const unit = unitOf(trend.number);
    for (const { date, revision, before, after, chance } of trend.changes) {
      const commit = revision === undefined ? '' : ` (${revision.slice(0, 10)})`;
      lines.push(
        `${nameOf(trend)}: ${formatValue(before, unit)} until ${date.slice(0, 10)}${commit}, ${formatValue(after, unit)} since${shareOf(before, after)}; by chance in ${formatShare(chance)} of histories`,
      );
    }
    const { latest } = trend;
    if (latest !== undefined && trend.changes.at(-1)?.at !== trend.runs - 1)
      lines.push(
        `${nameOf(trend)}: the latest run, ${formatValue(latest.latest, unit)}, is more than 4 σ from the ${latest.values} before it (${formatValue(latest.mean, unit)})`,
      );
  }
  const long = series.filter((entries) => entries.length >= LEAST_HISTORY).length;
  if (long > 0 && lines.length === 0) lines.push(`no change in ${plural(trends.length, 'number')} of ${plural(long, 'series', 'series')} of runs`);
  if (series.length > long)
    lines.push(
      `${plural(series.length - long, 'series', 'series')} of fewer than ${LEAST_HISTORY} runs: too few to tell (longest: ${Math.max(0, ...series.map((entries) => (entries.length < LEAST_HISTORY ? entries.length : 0)))})`,
    );
  if (series.length === 0) lines.push('the history holds no runs');
  return `${lines.map(terminalText).join('\n')}\n`;
}

function nameOf({ scenario, variant, number, world, seeds }: Trend): string {
  const where = [variant, world === 'live' ? 'live' : '', plural(seeds, 'seed')].filter((text) => text !== '').join(', ');
  return `${scenario} (${where}) ${number}`;
}

function shareOf(before: number, after: number): string {
  if (before === 0) return '';
  const share = after / before - 1;
  return ` (${share > 0 ? '+' : '−'}${formatShare(Math.abs(share))})`;
}

function unitOf(number: string): MetricUnit {
  const [name = ''] = number.split(/[{ ]/, 1);
  return Object.hasOwn(METRICS, name) ? METRICS[name as MetricName].unit : 'requests';
}
