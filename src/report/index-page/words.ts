import type { HistoryEntry } from '../../results/history-entry.js';
import { cutText, formatValue } from '../format.js';
import type { Change, Trend } from './trend.js';

const MOST_NAME = 120;

/** A name as it is shown: as long as a line bears. */
export function shownName(name: string): string {
  return cutText(name, MOST_NAME);
}

/** `2026-11-22 22:44` */
export function dateText({ date }: Pick<HistoryEntry, 'date'>): string {
  return date.slice(0, 'YYYY-MM-DDTHH:MM'.length).replace('T', ' ');
}

/** `1a2b3c4`, `1a2b3c4 with changes`; `–` outside a repository. */
export function commitText({ revision }: Pick<HistoryEntry, 'revision'>): string {
  if (revision == null) return '–';
  return `${cutText(revision.sha.slice(0, 7), 7)}${revision.dirty ? ' with changes' : ''}`;
}

/** `from 1.9s to 2.4s, 2026-11-22 22:44 (1a2b3c4)` */
export function changeText({ before, after, entry }: Change, { unit }: Trend): string {
  const commit = entry.revision == null ? '' : ` (${commitText(entry)})`;
  return `from ${formatValue(before, unit)} to ${formatValue(after, unit)}, ${dateText(entry)}${commit}`;
}

/** A variant of a scenario that has none is the scenario itself. */
export function variantText(variant: string): string {
  return variant === '' ? '–' : shownName(variant);
}
