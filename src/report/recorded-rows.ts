import type { LoadFacts } from '../measure/capacity/plan-result.js';
import { fromLineText, hasLostMany, type LeftOutRows, lostShare, type RecordedRows } from '../measure/capacity/recorded-rows.js';
import { cutText, formatNumber, formatShare, plural } from './format.js';

/** How much of one recording is planned with, and what is lost with the rest. */
export interface RowsLine {
  readonly text: string;
  /** So much cannot be used that limits come out too small. */
  readonly isWarning: boolean;
}

const MOST_REASONS = 4;
const MOST_REASON = 120;
const MOST_NAME = 60;
const MOST_RECORDINGS = 6;

/** `26,793 of 26,823 rows used; 30 left out, from line 812 on: "seconds" is no duration above 0` */
function rowsText({ used, rows, skipped }: RecordedRows, name: string | undefined): string {
  const others = skipped.slice(MOST_REASONS).reduce((sum, { count }) => sum + count, 0);
  return [
    `${formatNumber(used)} of ${plural(rows, 'row')}${name === undefined ? '' : ` of ${cutText(name, MOST_NAME)}`} used`,
    ...skipped.slice(0, MOST_REASONS).map(leftOutText),
    ...(others === 0 ? [] : [`${formatNumber(others)} more left out for other reasons`]),
  ].join('; ');
}

/** How much of a recording is used, with a warning before it where much is lost. @param name where it does not stand beside it */
export function rowsLine(rows: RecordedRows, name?: string): RowsLine {
  const text = rowsText(rows, name);
  if (!hasLostMany(rows)) return { text, isWarning: false };
  const what = `${formatShare(lostShare(rows))} of the rows that were asked for cannot be used; where they were requests, limits come out too small`;
  return { text: `Warning: ${what}. ${text}`, isWarning: true };
}

/** Of all that a load replays, those with the greatest loss first; empty for a load of laws. */
export function rowsLines({ trace, recordings = [] }: LoadFacts): RowsLine[] {
  if (trace !== undefined) return [rowsLine(trace)];
  const order = recordings.toSorted((one, other) => lostShare(other) - lostShare(one));
  const more = order.length - MOST_RECORDINGS;
  return [
    ...order.slice(0, MOST_RECORDINGS).map((rows) => rowsLine(rows, baseName(rows.file))),
    ...(more <= 0 ? [] : [{ text: `and ${plural(more, 'more recording')}`, isWarning: false }]),
  ];
}

function leftOutText({ reason, count, firstLine }: LeftOutRows): string {
  return `${formatNumber(count)} left out${fromLineText(firstLine)}: ${cutText(reason, MOST_REASON)}`;
}

function baseName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}
