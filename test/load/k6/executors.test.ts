import { describe, expect, it } from 'vitest';
import { executorFor, MOST_USERS } from '../../../src/load/k6/executors.js';
import type { ArrivalSpec } from '../../../src/scenario/arrival-types.js';
import { flow } from '../../helpers/scenario.js';

const S = 1_000_000;

function executed(arrivals: ArrivalSpec, atUs: number[], { speed = 1, maxVUs }: { speed?: number; maxVUs?: number } = {}) {
  return executorFor(flow({ arrivals, maxVUs }), 3, atUs, { speed, runEndUs: 600 * S });
}

function every(gapUs: number, count: number, fromUs = 0): number[] {
  return Array.from({ length: count }, (_, n) => fromUs + n * gapUs);
}

describe('executors of k6', () => {
  it('play a burst as one iteration of each of as many users, who are up a little before', () => {
    const { users, scenario } = executed({ kind: 'burst', count: 200, atUs: 10 * S }, every(0, 200, 10 * S), { speed: 10 });
    expect(users).toBe('open');
    expect(scenario).toMatchObject({
      executor: 'per-vu-iterations',
      vus: 200,
      iterations: 1,
      startTime: '980000us',
      exec: 'play',
      env: { SLOTSTORM_FLOW: '3' },
    });
  });

  it('play even arrivals at a constant rate of the wall clock, to the last call and no further', () => {
    const { scenario } = executed({ kind: 'constant', perSecond: 3, fromUs: 0, toUs: 100 * S }, every(S / 3, 300), { speed: 10 });
    expect(scenario).toMatchObject({ executor: 'constant-arrival-rate', rate: 1, timeUnit: '33333333ns', startTime: '0us', duration: '9983333us' });
    expect(scenario['maxVUs']).toBe(scenario['preAllocatedVUs']);
  });

  it('play ramps as stages, with rates that k6 takes whole', () => {
    const stages = [
      { durationUs: 60 * S, perSecond: 2.5 },
      { durationUs: 0, perSecond: 1 },
      { durationUs: 30 * S, perSecond: 1 },
    ];
    const spec: ArrivalSpec = { kind: 'stages', startPerSecond: 0.1, stages, process: 'constant', fromUs: 5 * S, toUs: 95 * S };
    expect(executed(spec, every(S, 90, 5 * S), { speed: 2 }).scenario).toMatchObject({
      executor: 'ramping-arrival-rate',
      startRate: 200_000,
      timeUnit: '1000000s',
      stages: [
        { duration: '30000000us', target: 5_000_000 },
        { duration: '0us', target: 2_000_000 },
        { duration: '15000000us', target: 2_000_000 },
        // One call more than there is, so that the last is never cut off.
        { duration: '750000us', target: 2_000_000 },
      ],
      startTime: '2500000us',
    });
  });

  it('play a closed loop as constant users', () => {
    const loop: ArrivalSpec = { kind: 'closedLoop', users: 30, thinkTime: { kind: 'constant', us: S }, fromUs: 0, toUs: 60 * S };
    expect(executed(loop, [], { speed: 10 })).toMatchObject({ users: 'closed', scenario: { executor: 'constant-vus', vus: 30, duration: '6000000us' } });
  });

  it.each<[string, ArrivalSpec]>([
    ['chance decides', { kind: 'poisson', perSecond: 1, fromUs: 0, toUs: 60 * S }],
    ['phases change', { kind: 'onOff', onPerSecond: 1, offPerSecond: 0, meanOnUs: S, meanOffUs: S, fromUs: 0, toUs: 60 * S }],
    ['batches come', { kind: 'batches', perSecond: 1, process: 'constant', size: { kind: 'constant', count: 2 }, fromUs: 0, toUs: 60 * S }],
  ])('play a schedule where %s', (_, spec) => {
    expect(executed(spec, every(S, 60))).toMatchObject({ users: 'open', scenario: { executor: 'shared-iterations', vus: 60, iterations: 60 } });
  });

  it('play a schedule where a ramp ends at nothing', () => {
    const stages = [{ durationUs: 60 * S, perSecond: 0 }];
    const spec: ArrivalSpec = { kind: 'stages', startPerSecond: 2, stages, process: 'constant', fromUs: 0, toUs: 60 * S };
    expect(executed(spec, every(S, 60)).scenario['executor']).toBe('shared-iterations');
  });

  it('play a schedule where k6 refuses so short a rate', () => {
    const { scenario } = executed({ kind: 'constant', perSecond: 3, fromUs: 0, toUs: 5 * S }, every(S / 3, 15), { speed: 10 });
    expect(scenario['executor']).toBe('shared-iterations');
  });

  it('bound the users by maxVUs, and by what a machine can hold', () => {
    const rate: ArrivalSpec = { kind: 'constant', perSecond: 100, fromUs: 0, toUs: 100 * S };
    expect(executed(rate, every(S / 100, 10_000), { maxVUs: 16 })).toMatchObject({ users: 'bounded', scenario: { executor: 'shared-iterations', vus: 16 } });
    expect(executed(rate, every(S / 100, 10_000)).scenario['maxVUs']).toBe(MOST_USERS);
    expect(executed({ kind: 'burst', count: 5_000, atUs: 0 }, every(0, 5_000)).scenario).toMatchObject({ executor: 'shared-iterations', vus: MOST_USERS });
  });
});
