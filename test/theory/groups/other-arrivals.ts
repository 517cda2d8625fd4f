import { closedLoop } from '../formulas/birth-death.js';
import { constantGap, type GeneralArrivals, generalArrivals, twoPartGap } from '../formulas/single-server.js';
import type { TheoryGroup, TheoryPoint } from '../point.js';
import { quantity } from '../quantities.js';
import type { QueueSetting } from '../setting.js';

const SLOWER = 1.05;
const LOAD = 0.8;

/** GI/M/1 at a load of 0.8 with a mean service time of 1. */
function singleServer(model: string, parameters: string, law: 'constant' | 'two-part', exact: GeneralArrivals, requests: number): TheoryPoint {
  const settingOf = (meanService: number): QueueSetting => ({
    arrivals: { law, rate: LOAD },
    service: { law: 'exponential', mean: meanService },
    servers: 1,
  });
  return {
    model,
    parameters,
    setting: settingOf(1),
    requests,
    quantities: [
      quantity.shareWaiting(exact.shareWaiting),
      quantity.meanWait(exact.meanWait),
      quantity.shareBeyond(2.5, exact.tail(2.5)),
      quantity.meanQueue(LOAD * exact.meanWait),
      quantity.utilisation(LOAD),
    ],
    twin: { wrong: 'service 5 % too long', setting: settingOf(SLOWER), requests: Math.round(requests / 5) },
  };
}

/** M/M/c//N with a mean service time of 1. */
function thinkingUsers(users: number, thinking: number, servers: number, requests: number): TheoryPoint {
  const exact = closedLoop(users, thinking, 1, servers);
  const settingOf = (count: number): QueueSetting => ({
    arrivals: { law: 'closed-loop', users, thinking, rate: exact.throughput },
    service: { law: 'exponential', mean: 1 },
    servers: count,
  });
  return {
    model: 'M/M/c//N',
    parameters: `N = ${users}, thinking ${thinking} on average, μ = 1, c = ${servers}`,
    setting: settingOf(servers),
    requests,
    quantities: [
      quantity.throughput(exact.throughput),
      quantity.shareWaiting(exact.shareWaiting),
      quantity.meanWait(exact.meanWait),
      quantity.meanQueue(exact.meanQueue),
      quantity.utilisation(exact.utilisation),
    ],
    twin: { wrong: 'one server fewer', setting: settingOf(servers - 1), requests: Math.round(requests / 5) },
  };
}

export const OTHER_ARRIVALS: TheoryGroup = {
  title: 'Other arrivals: D/M/1, E₂/M/1 and a closed loop',
  introduction:
    'Arrivals at constant gaps; gaps of two exponential parts, replayed from a trace; and N users who each call, wait for the end of the call and ' +
    'think (the machine-repair model). Exact values: the root σ of σ = E[e^(−μ(1−σ)·gap)]; for the closed loop a birth–death chain, where a user ' +
    'who calls finds what an outside observer of the N − 1 others would see.',
  points: [
    singleServer('D/M/1', `gap = ${1 / LOAD}, μ = 1`, 'constant', generalArrivals(constantGap(1 / LOAD), 1), 80_000),
    singleServer('E₂/M/1', `mean gap = ${1 / LOAD}, μ = 1`, 'two-part', generalArrivals(twoPartGap(1 / LOAD), 1), 60_000),
    thinkingUsers(20, 10, 2, 60_000),
  ],
};
