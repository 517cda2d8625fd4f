import { describe, expect, it } from 'vitest';
import type { SyntheticArrivals } from '../../src/scenario/arrival-types.js';
import { HOUR, S } from '../helpers/world.js';
import { arrivalsOf, durationsOf, fitOf } from './samples.js';

/** How many recordings of each kind; the hundred that docs/fit.md speaks of are minutes of work. */
const ASKED = process.env['SLOTSTORM_REFUSALS'];
const RECORDINGS = Number(ASKED ?? 6);

const KINDS: readonly (readonly [string, SyntheticArrivals])[] = [
  ['Poisson, 1/s for 50 minutes', { kind: 'poisson', perSecond: 1, fromUs: 0, toUs: 3_000 * S }],
  ['batches of mean 5, 1 request/s for 50 minutes', batchesOf(5, 0.2, 3_000)],
  ['batches of mean 10, 0.5 requests/s for 5.6 hours', batchesOf(10, 0.05, 20_000)],
  [
    'on and off, 4/s for 30s, then nothing for 90s, for 100 minutes',
    { kind: 'onOff', onPerSecond: 4, offPerSecond: 0, meanOnUs: 30 * S, meanOffUs: 90 * S, fromUs: 0, toUs: 6_000 * S },
  ],
  [
    'a day that rises from 0.005/s to 0.095/s and falls again',
    {
      kind: 'stages',
      startPerSecond: 0.005,
      stages: [
        { durationUs: 12 * HOUR, perSecond: 0.095 },
        { durationUs: 12 * HOUR, perSecond: 0.005 },
      ],
      process: 'poisson',
      fromUs: 0,
      toUs: 24 * HOUR,
    },
  ],
];

function batchesOf(mean: number, perSecond: number, seconds: number): SyntheticArrivals {
  return { kind: 'batches', process: 'poisson', perSecond, size: { kind: 'geometric', mean }, fromUs: 0, toUs: seconds * S };
}

describe('a load that is what a model is', { timeout: 3_600_000 }, () => {
  it.each(KINDS)('is seldom refused: %s', (kind, spec) => {
    let refused = 0;
    for (let seed = 1; seed <= RECORDINGS; seed++) {
      const atUs = arrivalsOf(spec, seed);
      if (fitOf(atUs, durationsOf({ kind: 'exponential', meanUs: 12 * S }, atUs.length, 1, seed)).verdict !== 'alike') refused++;
    }
    if (ASKED !== undefined) console.info(`${kind}: ${refused} of ${RECORDINGS} refused`);
    expect(refused / RECORDINGS).toBeLessThan(0.2);
  });
});
