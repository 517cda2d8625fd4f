import { createHash } from 'node:crypto';
import { leftOut, type RecordedRows } from '../measure/capacity/recorded-rows.js';
import { prepareScenario } from '../prepare.js';
import type { TraceSpec } from '../scenario/arrival-types.js';
import { sourceOfData } from '../scenario/source.js';
import type { Scenario } from '../scenario/types.js';
import { overlookTrace, type TraceSource } from '../sim/trace.js';

/** The files that a point's runs will read, in order. @param input of the point @throws ScenarioError for data that is no scenario */
export function recordingsOf(input: unknown): string[] {
  const files = new Set<string>();
  for (const { scenario } of prepareScenario(sourceOfData('the planned load', input)).variants) collectFiles(scenario, files);
  return [...files].sort();
}

function collectFiles(value: unknown, files: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const { kind, file } = value as { readonly kind?: unknown; readonly file?: unknown };
  if ((kind === 'trace' || kind === 'samples') && typeof file === 'string') files.add(file);
  for (const part of Object.values(value)) collectFiles(part, files);
}

/** How much of each recording the flows of a scenario replay; undefined: they replay none. @throws TraceError */
export function replayedRows({ workload }: Scenario, source: TraceSource): RecordedRows[] | undefined {
  const rows = workload.flatMap(({ arrivals }) => (arrivals.kind === 'trace' ? [rowsOf(arrivals, source)] : []));
  return rows.length === 0 ? undefined : rows;
}

function rowsOf(spec: TraceSpec, source: TraceSource): RecordedRows {
  const { rows, used, skipped, outside } = overlookTrace(spec, source);
  return { file: spec.file, rows, used, skipped: leftOut(skipped, outside) };
}

/** Of the text: the file's own, unless it begins with a byte order mark or is no UTF-8. */
export function sha256OfRecording(file: string, source: TraceSource): string {
  const hash = createHash('sha256');
  for (const chunk of source(file)) hash.update(chunk);
  return hash.digest('hex');
}
