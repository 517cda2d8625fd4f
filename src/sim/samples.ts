import type { SamplesSpec } from '../scenario/durations.js';
import { hasDecimalComma, POINT_ADVICE } from './cell-advice.js';
import { type BadRow, describeBadRow, TraceError, type TraceSource, tableRows } from './table.js';

/** More values than this say nothing new about a law, and would have to be kept. */
const MOST_SAMPLES = 1_000_000;

/** All values of a column in µs. @throws TraceError that names the line of a value that is no duration, or says that there are none */
export function sampledValuesUs({ file, column, unitUs }: SamplesSpec, source: TraceSource): number[] {
  const values: number[] = [];
  for (const row of tableRows(file, [column], source)) {
    if ('reason' in row) throw refusal(file, row);
    const [cell] = row.cells as [string];
    const us = cell === '' ? Number.NaN : Number(cell) * unitUs;
    if (!(us > 0 && Number.isFinite(us))) {
      const advice = hasDecimalComma(cell) ? POINT_ADVICE : undefined;
      throw refusal(file, { line: row.line, reason: `expected a number above 0 in column "${column}"`, came: cell, advice });
    }
    if (values.push(us) > MOST_SAMPLES)
      throw new TraceError(`trace ${file}: expected at most ${MOST_SAMPLES} values for an empirical law, but the file has more`);
  }
  if (values.length === 0) throw new TraceError(`trace ${file}: expected values in column "${column}", but the file has no data rows`);
  return values;
}

function refusal(file: string, row: BadRow): TraceError {
  return new TraceError(`trace ${file}, ${describeBadRow(row)}${row.advice === undefined ? '' : `. ${row.advice}`}`);
}
