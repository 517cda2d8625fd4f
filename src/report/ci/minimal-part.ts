import type { MinimalTrace } from '../../measure/minimal-trace.js';
import { markdownCode, markdownText as text } from '../escape.js';
import { formatNumber, formatSeconds, plural } from '../format.js';
import { markdownTable } from '../markdown-table.js';
import { codeBlock } from './code-block.js';
import { shortLine } from './short-line.js';

const MOST_EVENTS = 30;

/** `1 request, 2 steps, 14 events` */
export function minimalSize({ requests, steps, events, eventsHidden }: MinimalTrace): string {
  return `${plural(requests, 'request')}, ${plural(steps, 'step')}, ${plural(events.length + eventsHidden, 'event')}`;
}

/** Events as plain text, one a line, those that break the law marked: the last ones, for the law breaks at the end. */
export function minimalLines({ events }: MinimalTrace, most = MOST_EVENTS): string[] {
  const left = events.length > most ? [`… ${plural(events.length - most, 'earlier event')} in the report`] : [];
  return [
    ...left,
    ...events.slice(-most).map(({ number, atUs, text, violates }) => `${violates ? '>' : ' '} ${number} ${formatSeconds(atUs / 1e6)} ${shortLine(text)}`),
  ];
}

/** The smallest story that still breaks an invariant, folded, in Markdown. */
export function minimalPart(minimal: MinimalTrace): string {
  const { events, scenario, command, seed, finished } = minimal;
  const shown = events.slice(-MOST_EVENTS);
  const rows = shown.map(({ number, atUs, text, violates }) => [violates ? '✗' : '', formatNumber(number), formatSeconds(atUs / 1e6), text]);
  const parts = [
    `<details><summary>Minimal story: ${text(minimalSize(minimal))} (seed ${seed}${finished ? '' : '; the search for a smaller one ran out of tries'})</summary>`,
    codeBlock(scenario, 'yaml'),
    markdownCode(shortLine(command, 2_000)),
    ...(shown.length < events.length ? [`The last ${shown.length} of ${plural(events.length, 'event')}:`] : []),
    markdownTable(['', '>Event', '>At', 'What happens'], rows),
    '</details>',
  ];
  return parts.join('\n\n');
}
