import type { Verdict } from '../measure/result.js';

export const HISTORY_SCHEMA_VERSION = 1;

/** One run of a scenario, as a line of `reports/history.ndjson`: enough for the index page and for trends over commits. */
export interface HistoryEntry {
  readonly schemaVersion: typeof HISTORY_SCHEMA_VERSION;
  /** ISO 8601 */
  readonly date: string;
  readonly scenario: string;
  /** Of the scenario file, as given on the command line. */
  readonly file: string;
  /** Output folder, relative to the folder of the history; undefined: none was written. */
  readonly folder: string | undefined;
  readonly world: 'simulated' | 'live';
  readonly sha256: string;
  readonly tool: string;
  readonly revision: { readonly sha: string; readonly dirty: boolean } | undefined;
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly seeds: number;
  readonly requests: number;
  /** By variant ('' for none) and name (`queue_latency p95`): the median over the seeds. */
  readonly numbers: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
