import { boundedPlaces } from '../formulas/birth-death.js';
import { erlangB } from '../formulas/erlang.js';
import type { Quantity, TheoryGroup, TheoryPoint } from '../point.js';
import { quantity } from '../quantities.js';
import type { QueueSetting, ServiceLaw } from '../setting.js';

const SLOWER = 1.05;

/** M/G/c/c with a mean service time of 1: the law of the service makes no difference. */
function turnedAway(offered: number, servers: number, service: ServiceLaw, requests: number): TheoryPoint {
  const shareLost = erlangB(servers, offered);
  const settingOf = (law: ServiceLaw): QueueSetting => ({ arrivals: { law: 'poisson', rate: offered }, service: law, servers, direct: true });
  return {
    model: service.law === 'exponential' ? 'M/M/c/c' : 'M/G/c/c',
    parameters: `a = ${offered}, c = ${servers}, ${service.law} service${service.cv === undefined ? '' : `, cv ${service.cv}`}`,
    setting: settingOf(service),
    requests,
    quantities: [
      quantity.shareLost(shareLost),
      quantity.utilisation((offered * (1 - shareLost)) / servers),
      { name: 'share of time all busy', exact: shareLost, read: (run) => run.shareAllBusy },
    ],
    twin: { wrong: 'service 5 % too long', setting: settingOf({ ...service, mean: service.mean * SLOWER }), requests },
  };
}

/** @param rare whether a lost call is too rare to be counted to 2 % */
function places(arrivalRate: number, serviceRate: number, servers: number, count: number, requests: number, rare = false): TheoryPoint {
  const exact = boundedPlaces(arrivalRate, serviceRate, servers, count);
  const settingOf = (meanService: number): QueueSetting => ({
    arrivals: { law: 'poisson', rate: arrivalRate },
    service: { law: 'exponential', mean: meanService },
    servers,
    places: count,
  });
  const lost: Quantity[] = rare ? [] : [quantity.shareLost(exact.shareLost)];
  return {
    model: 'M/M/c/K',
    parameters: `λ = ${arrivalRate}, μ = ${serviceRate}, c = ${servers}, K = ${count}`,
    setting: settingOf(1 / serviceRate),
    requests,
    quantities: [
      ...lost,
      quantity.meanWait(exact.meanWait),
      quantity.meanQueue(exact.meanQueue),
      quantity.meanInSystem(exact.meanInSystem),
      quantity.utilisation(exact.utilisation),
    ],
    twin: { wrong: 'service 5 % too long', setting: settingOf(SLOWER / serviceRate), requests: Math.round(requests / 2) },
  };
}

export const LOSS: TheoryGroup = {
  title: 'Loss: M/G/c/c (Erlang B) and M/M/c/K',
  introduction:
    'Erlang B: direct calls (`run`) by a client that does not try again; a 429 is a lost call. Its share depends on the mean of the service ' +
    'alone. M/M/c/K: clients that have at most K calls open (`maxVUs`) and drop the rest, for the platform itself never turns queued work away.',
  points: [
    turnedAway(3, 5, { law: 'exponential', mean: 1 }, 40_000),
    turnedAway(3, 5, { law: 'constant', mean: 1 }, 40_000),
    turnedAway(3, 5, { law: 'lognormal', mean: 1, cv: 1.5 }, 40_000),
    places(3, 4, 2, 3, 100_000),
    places(1, 1, 1, 5, 60_000),
    places(8, 4, 5, 12, 150_000, true),
  ],
};
