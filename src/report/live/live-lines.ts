import type { ToolVerdict } from '../../measure/live-result.js';
import type { ResultFile } from '../../measure/result.js';
import { cutText, formatNumber, formatSeconds, plural } from '../format.js';
import { commonTroubles, troubledCalls } from './call-lists.js';
import { stepsSentence, stepTroubles, stepTroubleText } from './late-steps.js';
import { liveRuns } from './live-runs.js';
import { pacingFigures, pacingText } from './pacing-figures.js';
import { judgedText, loadText } from './setup.js';

/** A line about the live runs. */
export interface LiveLine {
  readonly text: string;
  /** Something the reader should look at. */
  readonly warns: boolean;
}

const MAX_STEPS = 5;
const MAX_NOTES = 6;
const MAX_TROUBLES = 3;
const MAX_TROUBLE_TEXT = 100;

/** How the load was made and what came of it, all runs together. Empty for a result without live runs. */
export function liveLines(result: ResultFile): LiveLine[] {
  if (liveRuns(result).length === 0) return [];
  return [
    setupLine(result),
    ...pacingLines(result),
    ...toolTexts(result),
    ...stepLines(result),
    ...troubleLines(result),
    ...skippedLines(result),
    ...noteLines(result),
  ];
}

/** What tools say of themselves. Their word is not ours. */
export function toolTexts(result: ResultFile): LiveLine[] {
  const groups = new Map<string, { tool: ToolVerdict; runs: number }>();
  const all = liveRuns(result);
  for (const { live } of all) {
    if (live.tool == null) continue;
    const key = `${live.tool.tool} ${live.tool.exitCode}`;
    groups.set(key, { tool: live.tool, runs: (groups.get(key)?.runs ?? 0) + 1 });
  }
  return [...groups.values()].map(({ tool: { tool, exitCode, meaning, passed }, runs }) => {
    const where = all.length === 1 ? '' : ` in ${formatNumber(runs)} of ${plural(all.length, 'run')}`;
    return { text: `${tool} itself ended with ${exitCode} (${meaning})${where}; the verdict is slotstorm's own`, warns: !passed };
  });
}

/** Time that nobody waited for. */
export function skippedText(result: ResultFile): string | undefined {
  const us = liveRuns(result).map(({ live }) => live.skippedUs);
  const most = Math.max(0, ...us);
  if (most === 0) return undefined;
  return `recovery: ${us.length > 1 ? 'up to ' : ''}${formatSeconds(most / 1e6)} of it were skipped, for no client was left to wait`;
}

/** For the reader, each once. */
export function liveNotes(result: ResultFile): string[] {
  return [...new Set(liveRuns(result).flatMap(({ live }) => live.notes))];
}

function setupLine(result: ResultFile): LiveLine {
  return { text: `${loadText(result)}; judged by ${judgedText(result)}`, warns: false };
}

function pacingLines(result: ResultFile): LiveLine[] {
  const variants = pacingFigures(result);
  return variants.map((figures) => ({ text: `${variants.length > 1 ? `${figures.title}: ` : ''}${pacingText(figures)}`, warns: figures.unsent > 0 }));
}

function stepLines(result: ResultFile): LiveLine[] {
  const sentence = stepsSentence(result);
  if (sentence === undefined) return [];
  const troubles = stepTroubles(result);
  const left = troubles.length - MAX_STEPS;
  return [
    { text: `steps: ${sentence}`, warns: troubles.length > 0 },
    ...troubles.slice(0, MAX_STEPS).map((trouble) => ({ text: stepTroubleText(trouble), warns: true })),
    ...(left > 0 ? [{ text: `… and ${plural(left, 'more step')} in the report`, warns: false }] : []),
  ];
}

function troubleLines(result: ResultFile): LiveLine[] {
  const { calls, hidden } = troubledCalls(result);
  if (calls.length + hidden === 0) return [];
  const shown = commonTroubles(result).slice(0, MAX_TROUBLES);
  const words = shown.map((trouble) => `${cutText(trouble.text, MAX_TROUBLE_TEXT)} (${plural(trouble.calls, 'call')})`);
  const such = words.length === 0 ? '' : `, such as: ${words.join('; ')}`;
  return [{ text: `${plural(calls.length + hidden, 'call')} did not go well${such}`, warns: false }];
}

function skippedLines(result: ResultFile): LiveLine[] {
  const text = skippedText(result);
  return text === undefined ? [] : [{ text, warns: false }];
}

function noteLines(result: ResultFile): LiveLine[] {
  const notes = liveNotes(result);
  const left = notes.length - MAX_NOTES;
  const lines = notes.slice(0, MAX_NOTES).map((note) => ({ text: `note: ${note}`, warns: false }));
  return left > 0 ? [...lines, { text: `… and ${plural(left, 'more note')} in the report`, warns: false }] : lines;
}
