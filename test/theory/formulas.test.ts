import { describe, expect, it, test } from 'vitest';
import { boundedPlaces, closedLoop, exponentialPatience } from './formulas/birth-death.js';
import { erlangB, erlangC, manyServers } from './formulas/erlang.js';
import { fixedPatience } from './formulas/impatience.js';
import {
  constantGap,
  constantServiceWithin,
  generalArrivals,
  kingmanBound,
  pollaczekKhinchine,
  twoPartGap,
  variabilityApproximation,
} from './formulas/single-server.js';

/** The tables were computed with 40 to 50 digits and give ten or more of them. */
const RELATIVE_ERROR = 1e-9;

function agrees(computed: number, printed: number): void {
  expect(Math.abs(computed - printed) / Math.abs(printed), `computed ${computed}, the table says ${printed}`).toBeLessThan(RELATIVE_ERROR);
}

describe('Erlang B: the share that is turned away', () => {
  test.each([
    [5, 3, 0.110054347826],
    [10, 8, 0.121661064253],
  ])('%i servers, %f offered', (servers, offered, share) => agrees(erlangB(servers, offered), share));

  it('stays a share with thousands of servers', () => {
    expect(erlangB(5_000, 4_900)).toBeGreaterThan(0);
    expect(erlangB(5_000, 4_900)).toBeLessThan(0.01);
  });
});

describe('Erlang C: the share that waits', () => {
  it('25 servers, 20 offered', () => agrees(erlangC(25, 20), 0.2091028266));
  it('has no answer for a queue that grows without end', () => expect(() => erlangC(2, 2)).toThrow('expected less than 2'));
});

describe('M/M/1', () => {
  test.each([
    [0.5, 1, 1, 1, 0.0410424993119, 7.82404601086],
    [0.9, 1, 9, 9, 0.545877593741, 44.9980967033],
  ])('λ = %f, μ = %f', (arrivalRate, serviceRate, meanWait, inSystem, beyondFive, p99) => {
    const queue = manyServers(arrivalRate, serviceRate, 1);
    agrees(queue.shareWaiting, arrivalRate / serviceRate);
    agrees(queue.meanWait, meanWait);
    agrees(queue.meanInSystem, inSystem);
    agrees(queue.tail(5), beyondFive);
    agrees(queue.quantile(0.99), p99);
    agrees(queue.tail(queue.quantile(0.99)), 0.01);
  });

  it('Bronson 1982, example 23.3: 24 an hour at 30 an hour', () => {
    const queue = manyServers(24, 30, 1);
    agrees(queue.meanWait, 0.1333333333);
    agrees(queue.meanInSystem, 4);
    agrees(queue.meanInSystem / 24, 1 / 6);
    agrees(1 - queue.shareWaiting, 0.2);
  });

  it('5 at 8', () => {
    agrees(manyServers(5, 8, 1).meanWait, 0.2083333333);
    agrees(manyServers(5, 8, 1).meanInSystem, 1.666666667);
  });

  it('nobody waits at quantiles that those who start at once make up', () => expect(manyServers(0.5, 1, 1).quantile(0.4)).toBe(0));
});

describe('M/M/c', () => {
  test.each([
    [3, 2, 2, 0.6428571429, 0.6428571429, 1.928571429, 2.553899521, 4.163337434],
    [300, 182.5, 3, 0.2907513803, 0.001174753052, 0.3524259155, 0.007112911246, 0.01361569069],
    [9, 1, 10, 0.6687315241, 0.6687315241, 6.018583717, 2.5933596649, 4.2027975773],
    [36, 1, 40, 0.4115624767, 0.1028906192, 3.7040622903, 0.5269844575, 0.9293439356],
    [48, 1, 50, 0.6944556112, 0.3472278056, 16.666934669, 1.31555262, 2.120271576],
  ])('λ = %f, μ = %f, c = %i', (arrivalRate, serviceRate, servers, shareWaiting, meanWait, meanQueue, p95, p99) => {
    const queue = manyServers(arrivalRate, serviceRate, servers);
    agrees(queue.shareWaiting, shareWaiting);
    agrees(queue.meanWait, meanWait);
    agrees(queue.meanQueue, meanQueue);
    agrees(queue.quantile(0.95), p95);
    agrees(queue.quantile(0.99), p99);
  });

  it('Bronson 1982, example 24.6, as printed', () => {
    const queue = manyServers(300, 182.5, 3);
    expect(queue.meanQueue).toBeCloseTo(0.352, 3);
    expect(queue.meanInSystem).toBeCloseTo(1.996, 3);
    expect(queue.meanWait).toBeCloseTo(0.001175, 6);
    expect(boundedPlaces(300, 182.5, 3, 2_000).meanQueue).toBeCloseTo(queue.meanQueue, 12);
  });

  it('360 calls in half an hour, 240 s each, 55 agents', () => {
    const queue = manyServers(360 / 1_800, 1 / 240, 55);
    agrees(queue.shareWaiting, 0.2387009364);
    agrees(queue.meanWait, 8.184032104);
    agrees(queue.meanQueue, 1.636806421);
    agrees(1 - queue.tail(15), 0.8458830922);
  });

  test.each([
    [1, 0.9, 9],
    [5, 0.7624932207, 1.524986441],
    [10, 0.6687315241, 0.6687315241],
  ])('the same load of 0.9 on %i servers', (servers, shareWaiting, meanWait) => {
    agrees(manyServers(0.9 * servers, 1, servers).shareWaiting, shareWaiting);
    agrees(manyServers(0.9 * servers, 1, servers).meanWait, meanWait);
  });
});

describe('M/M/c/K', () => {
  test.each([
    [3, 4, 2, 3, 0.04936014625, 0.7623400366, 0.04936014625, 0.01730769231],
    [1, 1, 1, 5, 1 / 6, 2.5, 1.666666667, 2],
    [8, 4, 5, 12, 5.869125158e-5, 2.039346065, 0.03946344733, 0.00493322045],
    [36, 1, 40, 60, 0.00523959215, 38.27541707, 2.464042391, 0.06880613807],
  ])('λ = %f, μ = %f, c = %i, K = %i', (arrivalRate, serviceRate, servers, places, lost, inSystem, meanQueue, meanWait) => {
    const queue = boundedPlaces(arrivalRate, serviceRate, servers, places);
    agrees(queue.shareLost, lost);
    agrees(queue.meanInSystem, inSystem);
    agrees(queue.meanQueue, meanQueue);
    agrees(queue.meanWait, meanWait);
  });

  it('without a queue is Erlang B', () => agrees(boundedPlaces(3, 1, 5, 5).shareLost, erlangB(5, 3)));
});

describe('M/G/1 and M/D/1', () => {
  test.each([
    ['M/D/1, load 0.5', 0.5, 0, 0.5],
    ['M/D/1, load 0.8', 0.8, 0, 2],
    ['cs² = 0.25', 0.8, 0.25, 2.5],
    ['cs² = 4', 0.8, 4, 10],
    ['exponential service, load 0.9', 0.9, 1, 9],
  ])('mean wait: %s', (_, load, variation, meanWait) => agrees(pollaczekKhinchine(load, 1, variation), meanWait));

  it('the worked example of 6 an hour and 6 minutes: 0.45 cars wait on average', () => agrees(6 * pollaczekKhinchine(0.6, 0.1, 0), 0.45));

  test.each([
    [0.5, [0.5, 0.8243606354, 0.9713593696, 0.9987642703]],
    [0.8, [0.2, 0.4451081857, 0.7048523535, 0.8995027618]],
  ])('M/D/1, load %f: shares that wait at most 0, 1, 2.5 and 5 service times', (load, shares) => {
    for (const [n, t] of [0, 1, 2.5, 5].entries()) agrees(constantServiceWithin(t, load, 1), shares[n] as number);
  });

  it('says how far its sum can be trusted', () => {
    expect(constantServiceWithin(15, 0.9, 1)).toBeLessThan(1);
    expect(() => constantServiceWithin(16, 0.9, 1)).toThrow('at most 15 service times');
  });
});

describe('Erlang A: exponential patience', () => {
  test.each([
    [48, 1, 50, 0.5, 0.4677740686, 0.03091224916, 2.96757592, 0.06182449832, 0.9303242408],
    [44, 1, 40, 0.5, 0.8461625333, 0.1057588543, 9.306779181, 0.2115177087, 0.9836652602],
    [36, 1, 40, 0.5, 0.3108393901, 0.0190189334, 1.369363205, 0.03803786679, 0.88288296],
  ])('λ = %f, μ = %f, c = %i, θ = %f', (arrivalRate, serviceRate, servers, leaveRate, waiting, abandoned, meanQueue, meanWait, utilisation) => {
    const queue = exponentialPatience(arrivalRate, serviceRate, servers, leaveRate);
    agrees(queue.shareWaiting, waiting);
    agrees(queue.shareAbandoned, abandoned);
    agrees(queue.meanQueue, meanQueue);
    agrees(queue.meanWaitOfAll, meanWait);
    agrees(queue.utilisation, utilisation);
  });

  it('50 agents, 48 calls a minute, two minutes of patience: 3.71 s on average, 20.83 s if nobody leaves', () => {
    expect(60 * exponentialPatience(48, 1, 50, 0.5).meanWaitOfAll).toBeCloseTo(3.71, 2);
    expect(60 * manyServers(48, 1, 50).meanWait).toBeCloseTo(20.83, 2);
  });
});

describe('M/M/c+D: start_timeout', () => {
  test.each([
    [36, 1, 40, 0.5, 0.6194920606, 0.005863841114, 0.06472133463, 0.06727373957, 0.894722543],
    [44, 1, 40, 0.5, 0.0637082263, 0.09705877674, 0.305098081, 0.3240150228, 0.9932353456],
    [0.8, 1, 1, 2, 0.3502656595, 0.1878320744, 0.5309130938, 0.8068547349, 0.6497343405],
  ])('λ = %f, μ = %f, c = %i, τ = %f', (arrivalRate, serviceRate, servers, patience, atOnce, timedOut, served, all, utilisation) => {
    const queue = fixedPatience(arrivalRate, serviceRate, servers, patience);
    agrees(queue.shareAtOnce, atOnce);
    agrees(queue.shareTimedOut, timedOut);
    agrees(queue.meanWaitOfServed, served);
    agrees(queue.meanWaitOfAll, all);
    agrees(queue.utilisation, utilisation);
  });

  it('passes smoothly through a load of exactly 1, where its closed form divides by zero', () => {
    const at = fixedPatience(40, 1, 40, 0.5);
    for (const close of [40 - 1e-9, 40 + 1e-9, 40 - 1e-6, 40 + 1e-6]) {
      expect(fixedPatience(close, 1, 40, 0.5).meanWaitOfServed).toBeCloseTo(at.meanWaitOfServed, 6);
      expect(fixedPatience(close, 1, 40, 0.5).shareTimedOut).toBeCloseTo(at.shareTimedOut, 6);
    }
  });

  it('gives the same where the series ends and the closed form begins', () => {
    const series = fixedPatience(39 + 1e-12, 1, 40, 0.5).meanWaitOfServed;
    const closed = fixedPatience(39 - 1e-12, 1, 40, 0.5).meanWaitOfServed;
    expect(Math.abs(series - closed) / closed).toBeLessThan(1e-11);
  });

  it('with no patience is Erlang B, with endless patience M/M/c', () => {
    agrees(fixedPatience(3, 1, 5, 0).shareTimedOut, erlangB(5, 3));
    agrees(fixedPatience(3, 1, 5, 60).meanWaitOfServed, manyServers(3, 1, 5).meanWait);
  });
});

describe('GI/M/1 and the bounds', () => {
  it('D/M/1 at a load of 0.8', () => {
    const queue = generalArrivals(constantGap(1 / 0.8), 1);
    agrees(queue.shareWaiting, 0.628629796497);
    agrees(queue.meanWait, 1.69273083992);
  });

  it('exponential gaps are M/M/1', () => {
    const queue = generalArrivals((s) => 0.8 / (0.8 + s), 1);
    agrees(queue.meanWait, manyServers(0.8, 1, 1).meanWait);
    agrees(queue.tail(5), manyServers(0.8, 1, 1).tail(5));
  });

  it('gaps of two parts lie between constant and exponential ones', () => {
    const { meanWait } = generalArrivals(twoPartGap(1 / 0.8), 1);
    expect(meanWait).toBeGreaterThan(1.69273083992);
    expect(meanWait).toBeLessThan(4);
  });

  it('Kingman: the bound and the approximation are 2 for D/M/1, above the exact value', () => {
    agrees(kingmanBound(0.8, 0, 1, 1), 2);
    agrees(variabilityApproximation(0.8, 1, 0, 1), 2);
  });
});

describe('a closed loop', () => {
  it('with as many servers as users nobody waits', () => {
    const loop = closedLoop(4, 3, 1, 4);
    expect(loop.meanWait).toBe(0);
    agrees(loop.throughput, 4 / (3 + 1));
  });

  it('one user, one server: a cycle of thinking and service', () => {
    const loop = closedLoop(1, 3, 1, 1);
    agrees(loop.throughput, 1 / 4);
    expect(loop.shareWaiting).toBe(0);
  });

  it('obeys Little over the whole cycle: users = throughput × (thinking + wait + service)', () => {
    const loop = closedLoop(20, 10, 1, 2);
    agrees(loop.throughput * (10 + loop.meanWait + 1), 20);
  });
});
