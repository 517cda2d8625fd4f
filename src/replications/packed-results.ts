import type { RunResult } from '../measure/result.js';
import { type Column, packColumns, unpackColumns } from './columns.js';
import { type MetricTape, readMetrics, writeMetrics } from './metric-tape.js';

/** Results of a chunk of seeds, made to cross to another thread quickly: metrics as bare numbers, all else in columns. */
export interface PackedResults {
  readonly count: number;
  readonly column: Column;
  /** undefined: the metrics are in the column. */
  readonly metrics: MetricTape | undefined;
}

export function packResults(results: readonly RunResult[]): PackedResults {
  const metrics = writeMetrics(results.map((result) => result.metrics));
  // The field stays, so that all fields keep their order.
  const rest = metrics === undefined ? results : results.map((result) => ({ ...result, metrics: undefined }));
  return { count: results.length, column: packColumns(rest), metrics };
}

export function unpackResults({ count, column, metrics }: PackedResults): RunResult[] {
  const results = unpackColumns(column, count) as RunResult[];
  if (metrics === undefined) return results;
  return readMetrics(metrics, count).map((own, n) => Object.assign(results[n] as RunResult, { metrics: own }));
}
