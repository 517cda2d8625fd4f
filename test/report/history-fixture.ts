import type { Answer } from '../../src/report/index-page/answers.js';
import type { IndexSources } from '../../src/report/index-page/index-model.js';
import type { HistoryEntry } from '../../src/results/history-entry.js';

/** A plan, `n` hours into the year. */
export function planAnswer(n: number, over: Partial<Answer> = {}): Answer {
  return {
    kind: 'plan',
    folder: 'plan-shop',
    page: 'plan.html',
    question: '5/s Poisson, 12s exponential: 60 slots in use on average; queue_latency p(95)<2s',
    answer: 'You need limit 69',
    ended: { verdict: 'pass', exitCode: 0 },
    date: entry(n).date,
    ...over,
  };
}

/** A run of a scenario that takes a little longer with every one, and twice as long from the 40th on. */
export function entry(n: number, over: Partial<HistoryEntry> = {}): HistoryEntry {
  const wait = (n >= 40 ? 2_000 : 1_000) + (n % 7);
  return {
    schemaVersion: 1,
    date: new Date(Date.UTC(2026, 0, 1) + n * 3_600_000).toISOString(),
    scenario: 'burst',
    file: 'scenarios/burst.yaml',
    folder: 'burst-1',
    world: 'simulated',
    sha256: 'ab'.repeat(32),
    tool: '0.1.0',
    revision: { sha: `${String(n).padStart(7, '0')}${'c'.repeat(33)}`, dirty: false },
    verdict: 'pass',
    exitCode: 0,
    seeds: 1,
    requests: 200,
    numbers: { '': { 'queue_latency p95': wait, leaked_slots: 0 } },
    ...over,
  };
}

export function sources(entries: readonly HistoryEntry[], over: Partial<IndexSources> = {}): IndexSources {
  return { history: { entries, broken: 0, newer: 0, leftOut: 0 }, pages: new Map([['burst-1', 'report.html']]), answers: [], trouble: [], ...over };
}

export function numbered<Value>(count: number, of: (n: number) => Value): Value[] {
  return Array.from({ length: count }, (_, n) => of(n));
}
