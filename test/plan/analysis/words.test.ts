import { describe, expect, it } from 'vitest';
import type { PointEvidence } from '../../../src/measure/capacity/plan-result.js';
import { grouped, many, rateText, shareWithBounds, standing } from '../../../src/plan/analysis/words.js';

const exactly = (mean: number) => ({ mean, low: mean, high: mean, seeds: 8 });
const EVIDENCE: PointEvidence = {
  limit: 10,
  ratePerSecond: 1,
  checks: [],
  verdict: 'pass',
  seeds: 8,
  requests: 100,
  events: 1,
  broken: [],
  queueLatency: { p50: exactly(0), p95: exactly(1730), p99: exactly(4000) },
};

describe('what a setting is said to do', () => {
  it('is its p95 wait and whether it keeps the SLOs', () => {
    expect(standing(EVIDENCE)).toBe('p95 wait 1.73s, meets every SLO');
    expect(standing({ ...EVIDENCE, verdict: 'fail' })).toBe('p95 wait 1.73s, misses an SLO');
    expect(standing({ ...EVIDENCE, verdict: 'undecided' })).toBe('p95 wait 1.73s, too near to an SLO to tell');
    expect(standing({ ...EVIDENCE, queueLatency: undefined })).toBe('no request began, meets every SLO');
  });

  it('is not said to be near to an SLO where only the runs are too short', () => {
    const tooShort = { runMs: 1000, neededMs: 5000 };
    expect(standing({ ...EVIDENCE, verdict: 'undecided', tooShort })).toBe('p95 wait 1.73s, meets every SLO in runs that are too short to show it');
  });
});

describe('numbers in sentences', () => {
  it('are grouped, and have a plural', () => {
    expect([grouped(1_296_000), grouped(999), many(1, 'slot'), many(1200, 'slot')]).toEqual(['1,296,000', '999', '1 slot', '1,200 slots']);
  });

  it('are rates by the second, and by the hour where they are slow', () => {
    expect([rateText(2.739), rateText(0.0142), rateText(0)]).toEqual(['2.74 requests/s', '51.1 requests/h', '0 requests/s']);
  });

  it('name none as none, of so many', () => {
    expect(shareWithBounds({ k: 0, n: 152_417, share: 0, low: 0, high: 0.3 })).toBe('none of 152,417');
    expect(shareWithBounds({ k: 5, n: 1000, share: 0.005, low: 0.002, high: 0.011 })).toBe('0.5 % (0.2 % to 1.1 %)');
  });
});
