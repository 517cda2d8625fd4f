import type { LiveRun } from '../../measure/live-result.js';
import type { ResultFile } from '../../measure/result.js';
import { formatNumber, plural } from '../format.js';
import { liveRuns } from './live-runs.js';

const FOLLOWED: Readonly<Record<string, string>> = { stream: 'over a status stream', poll: 'by polls', none: 'not at all' };

/** How the load was made: names and values. Empty for a result without live runs. */
export function setupFacts(result: ResultFile): [name: string, value: string][] {
  const all = liveRuns(result).map(({ live }) => live);
  if (all.length === 0) return [];
  return [
    ['Driver', distinct(all.map(({ driver }) => driver))],
    ['Target', targetText(all)],
    ['Speed', distinct(all.map(speedText))],
    ['A submit is followed', distinct(all.map(({ follow }) => FOLLOWED[follow] ?? follow))],
    ['Load processes', distinct(all.map(({ pacing }) => formatNumber(pacing.processes)))],
    ['Judged by', judgedText(result)],
  ];
}

/** `engine against an emulator that the run started (http://127.0.0.1:4001), 10 times real time` */
export function loadText(result: ResultFile): string {
  const all = liveRuns(result).map(({ live }) => live);
  return `${distinct(all.map(({ driver }) => driver))} against ${targetText(all)}, ${distinct(all.map(speedText))}`;
}

/** Where the metrics of the runs come from. */
export function judgedText(result: ResultFile): string {
  return distinct(liveRuns(result).map(({ live }) => judge(live)));
}

/** Whether nobody could look into the server, in any run. */
export function onlyClientsSaw(result: ResultFile): boolean {
  const all = liveRuns(result);
  return all.length > 0 && all.length === result.runs.length && all.every(({ live }) => live.judgedBy === 'client');
}

function targetText(all: readonly LiveRun[]): string {
  const own = all.filter(({ target }) => target.kind === 'own');
  // Every run has a port of its own, which is gone by now.
  if (own.length === all.length && all.length > 1) return `${plural(all.length, 'emulator')}, started one for each run`;
  return distinct(
    all.map(({ target: { kind, url } }) =>
      kind === 'own' ? `an emulator that the run started (${url})` : kind === 'slotstorm' ? `slotstorm serve at ${url}` : url,
    ),
  );
}

function judge({ judgedBy, target }: LiveRun): string {
  if (judgedBy === 'server') return "the server's own history, with the clients' retries";
  return target.kind === 'slotstorm' ? 'what clients saw and what the server tells of its slots' : 'what clients saw';
}

function speedText({ speed }: LiveRun): string {
  return speed === 1 ? 'real time' : `${formatNumber(speed)} times real time`;
}

function distinct(words: readonly string[]): string {
  return [...new Set(words)].join(', ');
}
