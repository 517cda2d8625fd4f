import { createHash } from 'node:crypto';
import { prepareScenario } from '../prepare.js';
import { sourceOfData } from '../scenario/source.js';
import type { TraceSource } from '../sim/trace.js';

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

/** Of the text: the file's own, unless it begins with a byte order mark or is no UTF-8. */
export function sha256OfRecording(file: string, source: TraceSource): string {
  const hash = createHash('sha256');
  for (const chunk of source(file)) hash.update(chunk);
  return hash.digest('hex');
}
