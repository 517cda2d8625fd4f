import type { MetricValue } from '../measure/metrics.js';
import type { ResultFile, RunResult } from '../measure/result.js';
import { HISTORY_SCHEMA_VERSION, type HistoryEntry } from './history-entry.js';
import { exitCode, verdict } from './shapes/gate.js';
import { fail, finite, Mismatch, maybe, objectOf, oneOf, type Shape, tableOf, text, truth, whole } from './shapes/shape.js';

/** The numbers that are kept of every run: name in the history, metric, and field of its value. */
const KEPT: readonly (readonly [name: string, metric: string, field: string])[] = [
  ['queue_latency p50', 'queue_latency', 'med'],
  ['queue_latency p95', 'queue_latency', 'p95'],
  ['time_to_result p95', 'time_to_result', 'p95'],
  ['leaked_slots', 'leaked_slots', 'value'],
  ['leaked_slot_seconds', 'leaked_slot_seconds', 'count'],
  ['server_requeues', 'server_requeues', 'count'],
  ['client_retries', 'client_retries', 'count'],
  ['gave_up', 'gave_up', 'count'],
  ['start_timeouts', 'start_timeouts', 'count'],
];

/** @param folder of its reports, relative to the folder of the history; undefined: none was written */
export function historyEntryOf(result: ResultFile, folder: string | undefined): HistoryEntry {
  const { scenario, meta, runs } = result;
  return {
    schemaVersion: HISTORY_SCHEMA_VERSION,
    date: meta.date,
    scenario: scenario.name,
    file: scenario.file,
    folder,
    world: runs.some(({ live }) => live != null) ? 'live' : 'simulated',
    sha256: scenario.sha256,
    tool: result.tool.version,
    revision: meta.revision,
    verdict: result.verdict,
    exitCode: result.exitCode,
    seeds: result.seeds.length,
    requests: runs.reduce((sum, { metrics }) => sum + (numberOf(metrics['requests'], 'count') ?? 0), 0),
    numbers: Object.fromEntries(result.variants.map(({ name }) => [name ?? '', numbersOf(runs.filter((run) => run.variant === name))])),
  };
}

/** Of each number the median over the seeds: the lower of two, so that a seed has it. */
function numbersOf(runs: readonly RunResult[]): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [name, metric, field] of KEPT) {
    const values = runs.flatMap(({ metrics }) => numberOf(metrics[metric], field) ?? []).sort((a, b) => a - b);
    const median = values[Math.floor((values.length - 1) / 2)];
    if (median !== undefined) numbers[name] = median;
  }
  return numbers;
}

function numberOf(value: MetricValue | undefined, field: string): number | undefined {
  if (value === undefined || (value.n === 0 && value.type !== 'counter')) return undefined;
  const number = (value as unknown as Readonly<Record<string, unknown>>)[field];
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** What could be read of a history. */
export interface History {
  /** In the order in which they were written. */
  readonly entries: readonly HistoryEntry[];
  /** Lines that hold no entry: cut off, or edited. */
  readonly broken: number;
  /** Lines that a newer slotstorm wrote. */
  readonly newer: number;
  /** Older lines, which were not looked at. */
  readonly leftOut: number;
}

const MOST_LINES = 10_000;
/** A line of ours has some kB. One without end must not fill the memory. */
const LONGEST_LINE = 1_000_000;

/**
 * Reads a history that may have been cut off, edited, or written by a newer version: what cannot be read is counted.
 * @param pieces of the text, at most the last 10,000 lines of which are looked at
 */
export function readHistory(pieces: Iterable<string>, most = MOST_LINES): History {
  const lines: string[] = [];
  let leftOut = 0;
  for (const line of linesOf(pieces)) {
    lines.push(line);
    if (lines.length < 2 * most) continue;
    leftOut += lines.length - most;
    lines.splice(0, lines.length - most);
  }
  const looked = lines.slice(-most);
  const read = looked.map(entryIn);
  return {
    entries: read.filter((entry) => typeof entry === 'object'),
    broken: read.filter((entry) => entry === 'broken').length,
    newer: read.filter((entry) => entry === 'newer').length,
    leftOut: leftOut + lines.length - looked.length,
  };
}

function* linesOf(pieces: Iterable<string>): Generator<string> {
  let rest = '';
  for (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = (lines.pop() as string).slice(0, LONGEST_LINE);
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}

/** ISO 8601, as programs write it: what cannot be put in order by time has no place in a history. */
const date: Shape<string> = (given) =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text(given)) ? (given as string) : fail('a date such as 2026-11-22T22:44:23.141Z', given);

const entryShape = objectOf<HistoryEntry>({
  schemaVersion: oneOf(HISTORY_SCHEMA_VERSION),
  date,
  scenario: text,
  file: text,
  folder: maybe(text),
  world: oneOf('simulated', 'live'),
  sha256: text,
  tool: text,
  revision: maybe(objectOf<NonNullable<HistoryEntry['revision']>>({ sha: text, dirty: truth })),
  verdict,
  exitCode,
  seeds: whole,
  requests: whole,
  numbers: tableOf(tableOf(finite)),
});

function entryIn(line: string): HistoryEntry | 'broken' | 'newer' {
  try {
    const data = JSON.parse(line) as { readonly schemaVersion?: unknown } | null;
    if (typeof data?.schemaVersion === 'number' && data.schemaVersion > HISTORY_SCHEMA_VERSION) return 'newer';
    return entryShape(data);
  } catch (error) {
    if (error instanceof Mismatch || error instanceof SyntaxError) return 'broken';
    throw error;
  }
}
