import { describe, expect, it } from 'vitest';
import { detect } from '../../src/zoo/detection.js';
import { matrixOf } from '../../src/zoo/detection-matrix.js';
import { entryOf, goodMatrix, runOf } from './fixture.js';

const entry = entryOf({ decisive: 'S-CAP' });
const detected = (seed: number) => runOf({ seed, violated: ['S-CAP'], expected: ['S-CAP'] });
const clean = (seed: number) => runOf({ seed });

describe('an entry', () => {
  it('passes when its decisive checker speaks in every seed with a victim and the cured platform is clean', () => {
    const row = detect(entry, [detected(1), detected(2)], [clean(1), clean(2)]);
    expect(row).toMatchObject({ victims: 2, seeds: 2, missed: [], alarms: [], verdict: 'pass', exitCode: 0 });
    expect(row.fired['S-CAP']).toBe(2);
    expect(row.fired['L-REL']).toBe(0);
  });

  it('fails with 98 when its decisive checker keeps silent about a victim', () => {
    const row = detect(entry, [detected(1), runOf({ seed: 7, expected: ['S-CAP'] })], [clean(1), clean(7)]);
    expect(row.missed.map(({ seed }) => seed)).toEqual([7]);
    expect(row).toMatchObject({ verdict: 'fail', exitCode: 98 });
  });

  it('says nothing about seeds in which the fault hit nobody', () => {
    const row = detect(entry, [detected(1), runOf({ seed: 2, expected: ['S-CAP'], victim: false })], [clean(1), clean(2)]);
    expect(row).toMatchObject({ victims: 1, seeds: 2, missed: [], verdict: 'pass' });
  });

  it('is undecided (96) when no seed had a victim', () => {
    const row = detect(entry, [runOf({ seed: 1, expected: ['S-CAP'], victim: false })], [clean(1)]);
    expect(row).toMatchObject({ victims: 0, verdict: 'undecided', exitCode: 96 });
  });

  it('fails with 98 when any checker speaks of the cured platform', () => {
    const row = detect(entry, [detected(1)], [runOf({ seed: 1, violated: ['L-REL'] })]);
    expect(row.alarms).toEqual([{ seed: 1, what: 'L-REL: violated, expected held' }]);
    expect(row.exitCode).toBe(98);
  });

  it('fails with 99 when a figure of the broken platform is not as expected', () => {
    const row = detect(entry, [runOf({ seed: 1, violated: ['S-CAP'], expected: ['S-CAP'], figures: 'fail' })], [clean(1)]);
    expect(row.unlike).toEqual([{ seed: 1, what: 'leaked_slots: 3, expected value >= 1' }]);
    expect(row.exitCode).toBe(99);
  });
});

describe('the matrix', () => {
  it('gives each entry the runs of its own two platforms', () => {
    const other = entryOf({ name: 'other', decisive: 'L-REL' });
    const runs = [detected(1), clean(1), runOf({ seed: 1, violated: ['L-REL'], expected: ['L-REL'] }), clean(1)];
    const matrix = matrixOf([entry, other], runs, [1]);
    expect(matrix.rows.map((row) => [row.entry.name, row.fired['S-CAP'], row.fired['L-REL']])).toEqual([
      ['key-revoked', 1, 0],
      ['other', 0, 1],
    ]);
    expect(matrix.exitCode).toBe(0);
  });

  it('is as bad as its worst entry', () => {
    const missed = runOf({ seed: 1, expected: ['S-CAP'] });
    expect(matrixOf([entry, entry], [detected(1), clean(1), missed, clean(1)], [1]).exitCode).toBe(98);
    expect(goodMatrix().verdict).toBe('pass');
  });

  it('refuses runs that are not all there', () => {
    expect(() => matrixOf([entry], [detected(1)], [1])).toThrow('expected 2 runs, got 1');
  });
});
