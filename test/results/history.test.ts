import { describe, expect, it, test } from 'vitest';
import { historyEntryOf, readHistory } from '../../src/results/history.js';
import type { HistoryEntry } from '../../src/results/history-entry.js';
import { bareFixture, fixture, seededFixture } from '../report/fixture.js';
import { liveFixture } from '../report/live-fixture.js';

describe('the history of a folder', () => {
  it('keeps of a run what the index page and trends need', () => {
    const entry = historyEntryOf(fixture({ scenario: 'a-story', variant: 'leaky' }), 'a-story-1');
    expect(entry).toMatchObject({
      schemaVersion: 1,
      scenario: 'a-story',
      folder: 'a-story-1',
      world: 'simulated',
      verdict: 'fail',
      exitCode: fixture().exitCode,
      seeds: fixture().seeds.length,
    });
    expect(Object.keys(entry.numbers)).toEqual(fixture({ variant: 'leaky' }).variants.map(({ name }) => name));
    expect(entry.numbers['leaky']).toMatchObject({ leaked_slots: 2 });
  });

  it('keeps of every number the median over the seeds, which one of them has', () => {
    const result = seededFixture(4);
    const [{ name }] = result.variants as [(typeof result.variants)[number]];
    const values = result.runs.filter((run) => run.variant === name).map((run) => (run.metrics['queue_latency'] as { readonly p95: number }).p95);
    expect(historyEntryOf(result, undefined).numbers[name ?? '']!['queue_latency p95']).toBe(values.toSorted((a, b) => a - b)[1]);
  });

  it('keeps no number of what was not measured', () => {
    expect(historyEntryOf(bareFixture(), undefined)).toMatchObject({ numbers: { '': {} }, requests: 0, folder: undefined });
    expect(historyEntryOf(liveFixture(), 'x').world).toBe('live');
  });

  it('is read as it was written, however it is cut into pieces', () => {
    const written = [entryOf(1), entryOf(2), entryOf(3)];
    const text = written.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    for (const length of [1, 7, text.length]) expect(readHistory(cut(text, length))).toEqual({ entries: written, broken: 0, newer: 0, leftOut: 0 });
  });

  test.each([
    ['half a line', JSON.stringify(entryOf(1)).slice(0, 90)],
    ['no JSON', '<<<<<<< HEAD'],
    ['null', 'null'],
    ['another verdict', JSON.stringify({ ...entryOf(1), verdict: 'maybe' })],
    ['a date that is none', JSON.stringify({ ...entryOf(1), date: '<b>' })],
    ['numbers that are none', JSON.stringify({ ...entryOf(1), numbers: { '': { 'queue_latency p95': 'fast' } } })],
    ['an older version than there is', JSON.stringify({ ...entryOf(1), schemaVersion: 0 })],
  ])('is read around a line that is broken: %s', (_name, line) => {
    const { entries, broken } = readHistory([`${JSON.stringify(entryOf(1))}\n${line}\n\n${JSON.stringify(entryOf(2))}\n`]);
    expect(entries.map((entry) => entry.scenario)).toEqual(['story-1', 'story-2']);
    expect(broken).toBe(1);
  });

  it('counts what a newer version wrote', () => {
    const history = readHistory([`${JSON.stringify({ schemaVersion: 2, everything: 'else' })}\n${JSON.stringify(entryOf(1))}`]);
    expect(history).toEqual({ newer: 1, broken: 0, leftOut: 0, entries: [entryOf(1)] });
  });

  it('is read only as far back as is of use, and how much was left out is counted', () => {
    const lines = Array.from({ length: 35 }, (_, at) => `${JSON.stringify(entryOf(at))}\n`);
    const { entries, leftOut } = readHistory(lines, 10);
    expect(entries.map((entry) => entry.scenario)).toEqual(lines.slice(-10).map((line) => (JSON.parse(line) as HistoryEntry).scenario));
    expect(leftOut).toBe(25);
    expect(readHistory(Array.from({ length: 10_005 }, () => `${JSON.stringify(entryOf(1))}\n`))).toMatchObject({ leftOut: 5 });
  });

  it('keeps the memory bounded when a line never ends', () => {
    expect(readHistory(Array.from({ length: 50 }, () => 'x'.repeat(100_000)))).toMatchObject({ entries: [], broken: 1 });
  });
});

function entryOf(n: number): HistoryEntry {
  return { ...historyEntryOf(fixture(), 'a-folder'), scenario: `story-${n}` };
}

function cut(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, at) => text.slice(at * length, (at + 1) * length));
}
