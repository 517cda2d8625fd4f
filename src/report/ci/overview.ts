import type { ResultFile } from '../../measure/result.js';
import { plural } from '../format.js';
import { markdownTable } from '../markdown-table.js';
import { overviewRow } from './severity.js';

/** Rows of all scenarios, or of the worst. */
export function overview(sorted: readonly ResultFile[], most: number): string {
  const left = sorted.length > most ? `\n\n${plural(sorted.length - most, 'more scenario')} in the reports.` : '';
  return `${markdownTable(['Verdict', 'Scenario', 'Checks', '>Exit code', 'Run again'], sorted.slice(0, most).map(overviewRow))}${left}`;
}
