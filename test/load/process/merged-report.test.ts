import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import type { PacingTally } from '../../../src/load/pacing-tally.js';
import { KEEP_UP_LIMITS, reportOf } from '../../../src/load/process/merged-report.js';
import type { ShotReport } from '../../../src/load/shooter.js';

function histogramOf(us: readonly number[]): string {
  const histogram = build({ numberOfSignificantValueDigits: 3 });
  for (const value of us) histogram.recordValue(value);
  return us.length === 0 ? '' : encodeIntoCompressedBase64(histogram);
}

function shot(tally: Partial<PacingTally>, words: Partial<ShotReport> = {}): ShotReport {
  const whole = { planned: 0, sent: 0, dropped: 0, httpRequests: 0, sendErrorUs: '', loopLagUs: '', httpUs: '', cpuUs: 0, wallMs: 0, ...tally };
  return { tally: whole, broken: [], notes: [], ...words };
}

const times = (count: number, us: number): number[] => Array(count).fill(us);

describe('reports of several load processes', () => {
  it('are one report: histograms are merged whole, so a percentile is that of all calls', () => {
    // Percentiles of the parts would be 1 ms and 900 ms: their mean, their maximum and their minimum are all wrong.
    const quick = shot({ planned: 990, sent: 990, sendErrorUs: histogramOf(times(990, 1_000)), cpuUs: 5_000, wallMs: 100, httpRequests: 7 });
    const slow = shot({
      planned: 10,
      sent: 10,
      sendErrorUs: histogramOf([...times(5, 2_000), ...times(5, 900_000)]),
      cpuUs: 1_000,
      wallMs: 120,
      httpRequests: 3,
    });
    const { pacing } = reportOf([quick, slow], KEEP_UP_LIMITS);
    expect(pacing).toMatchObject({ planned: 1_000, sent: 1_000, httpRequests: 10, cpuMs: 6, wallMs: 120, processes: 2, httpMs: undefined });
    expect(pacing.sendErrorMs?.n).toBe(1_000);
    expect(pacing.sendErrorMs?.p50).toBeCloseTo(1, 2);
    expect(pacing.sendErrorMs?.p99).toBeCloseTo(1, 2);
    expect(pacing.sendErrorMs?.max).toBeGreaterThan(899);
  });

  it('say the same thing once', () => {
    const words = { broken: ['no key'], notes: ['10 calls were left alone'] };
    const { broken, notes } = reportOf([shot({ planned: 1, sent: 1 }, words), shot({ planned: 1, sent: 1 }, words)], KEEP_UP_LIMITS);
    expect({ broken, notes }).toEqual(words);
  });
});

describe('a client that could not keep up', () => {
  const undecided = (tally: Partial<PacingTally>) => reportOf([shot(tally)], KEEP_UP_LIMITS).undecided;

  it('by lateness leaves the run undecided, with the figures', () => {
    const late = histogramOf([...times(980, 1_000), ...times(20, 80_000)]);
    expect(undecided({ planned: 1_000, sent: 1_000, sendErrorUs: late, loopLagUs: histogramOf([75_000]) })).toEqual([
      'the client could not keep up: 1 % of its calls were sent more than 80 ms after their time (at most 50 ms is allowed), its event loop up to 75 ms; use more load processes, a lower --speed, or less load',
    ]);
  });

  it('by calls that were never sent does so too; those beyond maxVUs were dropped on purpose', () => {
    expect(undecided({ planned: 1_000, sent: 990, dropped: 9 })).toEqual([]);
    expect(undecided({ planned: 1_000, sent: 988, dropped: 9 })).toEqual([
      'the client could not keep up: 3 of 1000 planned calls (0.3 %) were never sent (at most 0.1 % is allowed)',
    ]);
  });

  it('for its event loop stood still does so, however many calls were in time; collections of garbage do not', () => {
    const inTime = histogramOf(times(1_000, 1_000));
    const stood = (us: number) => undecided({ planned: 1_000, sent: 1_000, sendErrorUs: inTime, loopLagUs: histogramOf([...times(60_000, 500), us]) });
    expect(stood(120_000)).toEqual([]);
    expect(stood(4_000_000)).toEqual([
      expect.stringMatching(/^the client could not keep up: its event loop was blocked for up to 4\d\d\d ms \(at most 250 ms is allowed\)/),
    ]);
  });

  it('is not one whose calls found no connection: the notes say that, and who took none', () => {
    const died = reportOf([shot({ planned: 1_000, sent: 400, unconnected: 350 }), shot({ planned: 1_000, sent: 1_000, unconnected: 250 })], KEEP_UP_LIMITS);
    expect(died.undecided).toEqual([]);
    expect(died.notes).toEqual(['600 of 2000 planned calls were not sent, for no connection was taken: the server refused it, or did not answer']);
    expect(undecided({ planned: 1_000, sent: 400, unconnected: 590 })).toEqual([expect.stringContaining('10 of 1000 planned calls (1.0 %) were never sent')]);
  });

  it('is judged by the limits that it is given', () => {
    const late = shot({ planned: 10, sent: 10, sendErrorUs: histogramOf(times(10, 8_000)) });
    expect(reportOf([late], KEEP_UP_LIMITS).undecided).toEqual([]);
    expect(reportOf([late], { ...KEEP_UP_LIMITS, sendErrorP99Ms: 5 }).undecided).toHaveLength(1);
  });

  it('and one that did is not mentioned', () => {
    expect(undecided({ planned: 10, sent: 10, sendErrorUs: histogramOf(times(10, 900)) })).toEqual([]);
  });
});

describe('a run that sent nothing', () => {
  it('is broken, and says whether there was anything to send', () => {
    expect(reportOf([shot({ planned: 3 })], KEEP_UP_LIMITS).broken).toEqual(['nothing was sent: none of 3 planned calls reached a connection']);
    expect(reportOf([shot({})], KEEP_UP_LIMITS).broken).toEqual(['nothing was sent: the schedule held no call until the end of the run']);
  });
});
