import { manyServers } from '../formulas/erlang.js';
import type { TheoryGroup, TheoryPoint, Twin } from '../point.js';
import { quantity } from '../quantities.js';
import type { QueueSetting } from '../setting.js';

const SLOWER = 1.05;

function settingOf(arrivalRate: number, serviceRate: number, servers: number): QueueSetting {
  return { arrivals: { law: 'poisson', rate: arrivalRate }, service: { law: 'exponential', mean: 1 / serviceRate }, servers };
}

/** @param far a wait that is long */
function point(arrivalRate: number, serviceRate: number, servers: number, far: number, requests: number, twin: Omit<Twin, 'requests'>): TheoryPoint {
  const exact = manyServers(arrivalRate, serviceRate, servers);
  return {
    model: servers === 1 ? 'M/M/1' : 'M/M/c',
    parameters: `λ = ${arrivalRate}, μ = ${serviceRate}${servers === 1 ? '' : `, c = ${servers}`}`,
    setting: settingOf(arrivalRate, serviceRate, servers),
    requests,
    quantities: [
      quantity.shareWaiting(exact.shareWaiting),
      quantity.meanWait(exact.meanWait),
      quantity.shareBeyond(far, exact.tail(far)),
      quantity.meanQueue(exact.meanQueue),
      quantity.utilisation(arrivalRate / serviceRate / servers),
      quantity.seenByArrivals(exact.shareWaiting),
    ],
    twin: { ...twin, requests: Math.round(requests / 5) },
  };
}

function slowerService(arrivalRate: number, serviceRate: number, servers: number): Omit<Twin, 'requests'> {
  return { wrong: 'service 5 % too long', setting: settingOf(arrivalRate, serviceRate / SLOWER, servers) };
}

function oneServerFewer(arrivalRate: number, serviceRate: number, servers: number): Omit<Twin, 'requests'> {
  return { wrong: 'one server fewer', setting: settingOf(arrivalRate, serviceRate, servers - 1) };
}

export const MANY_SERVERS: TheoryGroup = {
  title: 'Exponential service: M/M/1 and M/M/c',
  introduction:
    'One account with limit c, `waiting: fifo`, Poisson arrivals, exponential service, no `start_timeout`. Exact values: Erlang C. ' +
    'The last row of each point is PASTA: Poisson arrivals find all slots taken as often as a clock does.',
  points: [
    point(0.5, 1, 1, 5, 100_000, slowerService(0.5, 1, 1)),
    point(0.9, 1, 1, 10, 300_000, slowerService(0.9, 1, 1)),
    point(3, 2, 2, 1, 200_000, slowerService(3, 2, 2)),
    point(9, 1, 10, 1, 200_000, slowerService(9, 1, 10)),
    point(36, 1, 40, 0.25, 600_000, oneServerFewer(36, 1, 40)),
  ],
};
