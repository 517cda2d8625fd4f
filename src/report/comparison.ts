import type { ResultFile, RunResult, Verdict } from '../measure/result.js';
import { formatMs, formatNumber, formatUsd, NO_SAMPLES } from './format.js';
import { isDecisive, seededGates } from './gates.js';
import { metricOf, type ShownVariant, shownVariants } from './runs.js';

interface Column {
  readonly heading: string;
  /** For a terminal. */
  readonly short: string;
  /** Without a unit where the heading names it. */
  readonly format: (value: number) => string;
  readonly better: 'low' | 'high' | undefined;
  readonly read: (run: RunResult) => number | undefined;
}

/** The columns of the table that sets variants side by side. */
export const COLUMNS: readonly Column[] = [
  { heading: 'leaked_slots', short: 'leaked', format: formatNumber, better: 'low', read: (run) => metricOf(run, 'leaked_slots', 'value') },
  { heading: 'leaked_slot_seconds', short: 'slot-seconds', format: formatNumber, better: 'low', read: (run) => metricOf(run, 'leaked_slot_seconds', 'count') },
  { heading: 'effective_limit', short: 'eff. limit', format: formatNumber, better: 'high', read: (run) => metricOf(run, 'effective_limit', 'value') },
  { heading: 'queue_latency p50', short: 'queue p50', format: formatMs, better: 'low', read: (run) => metricOf(run, 'queue_latency', 'med') },
  { heading: 'queue_latency p95', short: 'queue p95', format: formatMs, better: 'low', read: (run) => metricOf(run, 'queue_latency', 'p95') },
  { heading: 'queue_latency p99', short: 'queue p99', format: formatMs, better: 'low', read: (run) => metricOf(run, 'queue_latency', 'p99') },
  { heading: 'time_to_result p95', short: 'result p95', format: formatMs, better: 'low', read: (run) => metricOf(run, 'time_to_result', 'p95') },
  { heading: 'client_retries', short: 'retries', format: formatNumber, better: 'low', read: (run) => metricOf(run, 'client_retries', 'count') },
  { heading: 'server_requeues', short: 'requeues', format: formatNumber, better: 'low', read: (run) => metricOf(run, 'server_requeues', 'count') },
  { heading: 'start_timeouts', short: 'timeouts', format: formatNumber, better: 'low', read: (run) => metricOf(run, 'start_timeouts', 'count') },
  { heading: 'gave_up', short: 'gave up', format: formatNumber, better: 'low', read: (run) => metricOf(run, 'gave_up', 'count') },
  { heading: 'cost_usd', short: 'cost', format: formatUsd, better: undefined, read: (run) => metricOf(run, 'cost_usd', 'count') },
];

interface Cell {
  /** The median over the seeds. */
  readonly text: string;
  /** `3s to 9s`, where seeds differ. */
  readonly range: string | undefined;
  readonly place: 'best' | 'worst' | undefined;
}

export interface ComparedVariant {
  readonly title: string;
  readonly policy: string;
  readonly verdict: Verdict;
  readonly cells: readonly Cell[];
}

/** Variants side by side. With several seeds a cell is the median, and says from where to where. */
export function compareVariants(result: ResultFile): ComparedVariant[] {
  const variants = shownVariants(result);
  const columns = COLUMNS.map((column) => cellsOf(variants, column));
  // What only the seeds together, or the baseline, can decide stands in no run.
  const gates = seededGates(result).filter(({ kind }) => kind === 'budget' || kind === 'regression');
  return variants.map((variant, row) => ({
    title: variant.title,
    policy: variant.info.policy,
    verdict: worstVerdict([...variant.runs, ...gates.filter((gate) => (gate.variant ?? undefined) === (variant.info.name ?? undefined) && isDecisive(gate))]),
    cells: columns.map((cells) => cells[row] as Cell),
  }));
}

function cellsOf(variants: readonly ShownVariant[], column: Column): Cell[] {
  const sorted = variants.map((variant) =>
    variant.runs
      .map(column.read)
      .filter((value) => value !== undefined)
      .toSorted((a, b) => a - b),
  );
  const medians = sorted.map((values) => values[Math.floor((values.length - 1) / 2)]);
  const known = medians.filter((value) => value !== undefined);
  const low = Math.min(...known);
  const high = Math.max(...known);
  const place = (value: number | undefined): Cell['place'] => {
    if (column.better === undefined || value === undefined || low === high) return undefined;
    // What most variants share is no distinction.
    if (known.filter((other) => other === value).length * 2 > known.length) return undefined;
    if (value === (column.better === 'low' ? low : high)) return 'best';
    return value === (column.better === 'low' ? high : low) ? 'worst' : undefined;
  };
  return medians.map((median, row) => {
    const values = sorted[row] as number[];
    const [first, last] = [values[0], values.at(-1)];
    return {
      text: median === undefined ? NO_SAMPLES : column.format(median),
      range: first !== undefined && last !== undefined && first !== last ? `${column.format(first)} to ${column.format(last)}` : undefined,
      place: place(median),
    };
  });
}

function worstVerdict(judged: readonly { readonly verdict: Verdict }[]): Verdict {
  if (judged.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return judged.some(({ verdict }) => verdict === 'undecided') ? 'undecided' : 'pass';
}
