import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leftOut, lostShare, type RecordedRows } from '../../src/measure/capacity/recorded-rows.js';
import { rowsLine, rowsLines } from '../../src/report/recorded-rows.js';
import { holds } from '../helpers/properties.js';
import { planFixture, tracePlanFixture } from './plan/plan-fixture.js';

const unusable = (count: number, reason = '"seconds" is no number'): RecordedRows['skipped'][number] => ({ reason, count, firstLine: 3, kind: 'unusable' });
const unwanted = (count: number): RecordedRows['skipped'][number] => ({ reason: '"status" is not ok', count, firstLine: 2, kind: 'unwanted' });
const recording = (used: number, ...skipped: RecordedRows['skipped']): RecordedRows => ({
  file: 'traffic/requests.csv',
  rows: used + skipped.reduce((sum, { count }) => sum + count, 0),
  used,
  skipped,
});

describe('the rows of a recording', () => {
  it('are told with what was left out, why, and from which line on', () => {
    expect(rowsLine(recording(26_793, unusable(30)))).toEqual({
      text: '26,793 of 26,823 rows used; 30 left out, from line 3 on: "seconds" is no number',
      isWarning: false,
    });
    expect(rowsLine(recording(1)).text).toBe('1 of 1 row used');
    expect(rowsLine(recording(5, { reason: 'outside the slice', count: 3, kind: 'outside' })).text).toBe('5 of 8 rows used; 3 left out: outside the slice');
  });

  it('are warned of where more than 2 % of those that were asked for cannot be used', () => {
    expect(rowsLine(recording(98, unusable(2))).isWarning).toBe(false);
    expect(rowsLine(recording(97, unusable(3)))).toEqual({
      text: 'Warning: 3 % of the rows that were asked for cannot be used; where they were requests, limits come out too small. 97 of 100 rows used; 3 left out, from line 3 on: "seconds" is no number',
      isWarning: true,
    });
    // Whoever wants only a few rows has lost none of the others, and half of the few all the same.
    expect(rowsLine(recording(10, unwanted(990))).isWarning).toBe(false);
    expect(lostShare(recording(10, unwanted(980), unusable(10)))).toBe(0.5);
    // What lies outside the slice was asked for before the slice was cut.
    expect(lostShare(recording(10, unusable(10), { reason: 'outside the slice', count: 80, kind: 'outside' }))).toBe(0.1);
  });

  it('lose a share from none to all of them, whatever was read', () => {
    const skipped = fc.array(fc.record({ reason: fc.string(), rows: fc.integer({ min: 1, max: 1e6 }), firstLine: fc.nat(), unusable: fc.boolean() }));
    holds(
      fc.property(skipped, fc.nat(1e6), fc.nat(1e6), (read, outside, used) => {
        const rows = used + outside + read.reduce((sum, one) => sum + one.rows, 0);
        const share = lostShare({ file: '', rows, used, skipped: leftOut(read, outside) });
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(share > 0).toBe(read.some((one) => one.unusable));
      }),
      200,
    );
  });

  it('stay one line that can be read, however many reasons there are and however long', () => {
    const many = Array.from({ length: 9 }, (_, n) => unusable(n + 1, `"${'x'.repeat(5_000)}" ${n}`));
    const { text } = rowsLine(recording(1, ...many));
    expect(text).toContain('; 35 more left out for other reasons');
    expect(text.length).toBeLessThan(1_000);
  });

  it('are those of each recording that a scenario replays, the greatest loss first', () => {
    const load = { ...planFixture().load, recordings: [recording(100), recording(1, unusable(1)), ...Array.from({ length: 8 }, () => recording(9))] };
    const lines = rowsLines(load);
    expect(lines.map(({ isWarning }) => isWarning)).toEqual([true, ...new Array<boolean>(6).fill(false)]);
    expect(lines[0]?.text).toContain('1 of 2 rows of requests.csv used; 1 left out');
    expect(lines.at(-1)?.text).toBe('and 4 more recordings');
    expect(rowsLines(planFixture().load)).toEqual([]);
    expect(rowsLines(tracePlanFixture().load)).toHaveLength(1);
  });
});
