import type { ResultFile } from '../measure/result.js';
import { type Standing, standingOf } from './ci/standing.js';
import { NOT_OBSERVED, NOT_PROMISED, observed, type SeededGate } from './gates.js';
import type { TerminalBlock } from './live/terminal-blocks.js';
import { traceLines } from './trace-lines.js';
import { VERDICT_WORDS } from './verdict.js';
import { warmupLines } from './warmup-lines.js';

/** `1 failed, 2 in quarantine, 20 passed` */
export function countsText(gates: readonly SeededGate[]): string {
  const count = (...standings: readonly Standing[]): number => gates.filter((gate) => standings.includes(standingOf(gate))).length;
  const unseen = gates.length - observed(gates).length;
  const off = gates.filter((gate) => gate.level === 'off').length;
  const counts = [
    ...counted(count('failed'), 'failed'),
    ...counted(count('undecided'), 'undecided'),
    ...counted(count('warned'), 'warned'),
    ...counted(count('quarantined'), 'in quarantine'),
    `${Math.max(0, count('passed', 'skipped') - unseen - off)} passed`,
    ...counted(off, 'off'),
    ...counted(unseen, 'not observed'),
  ];
  return counts.join(', ');
}

/** `3 failed`, or nothing for none. */
function counted(count: number, word: string): string[] {
  return count > 0 ? [`${count} ${word}`] : [];
}

export function traceAndWarmup(result: ResultFile): TerminalBlock[] {
  const tone = 'undecided';
  return [
    { title: 'TRACE', lines: traceLines(result).map((text) => ({ text })) },
    { title: 'WARM-UP', lines: warmupLines(result).map(({ text, found }) => (found ? { text } : { text: `${VERDICT_WORDS[tone].icon} ${text}`, tone })) },
  ];
}

export function seedsText(result: ResultFile): string {
  const { seeds } = result;
  if (seeds.length === 1) return `seed ${seeds[0]}`;
  return seeds.length <= 5 ? `seeds ${seeds.join(', ')}` : `seeds ${seeds[0]} to ${seeds.at(-1)}`;
}

/** `8 held, 2 idle, 3 violated as expected` */
export function invariantsText(gates: readonly SeededGate[]): string {
  const words: Readonly<Record<string, string>> = { held: 'held', idle: 'idle', 'violated, as expected': 'violated as expected' };
  const counts = new Map<string, number>();
  for (const gate of gates) {
    const word = wordOf(gate.note, words);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

function wordOf(note: string, words: Readonly<Record<string, string>>): string {
  if (note.startsWith(NOT_OBSERVED)) return NOT_OBSERVED;
  if (note.startsWith(NOT_PROMISED)) return NOT_PROMISED;
  return words[note.startsWith('idle') ? 'idle' : note] ?? 'not judged';
}
