import { constantServiceWithin, pollaczekKhinchine } from '../formulas/single-server.js';
import type { TheoryGroup, TheoryPoint } from '../point.js';
import { quantity } from '../quantities.js';
import type { QueueSetting, ServiceLaw } from '../setting.js';

const SLOWER = 1.05;

function settingOf(arrivalRate: number, service: ServiceLaw): QueueSetting {
  return { arrivals: { law: 'poisson', rate: arrivalRate }, service, servers: 1 };
}

function slower(service: ServiceLaw): ServiceLaw {
  return { ...service, mean: service.mean * SLOWER };
}

/** M/D/1 with a service time of 1, so that the load is the arrival rate. */
function constantService(load: number, requests: number): TheoryPoint {
  const service: ServiceLaw = { law: 'constant', mean: 1 };
  const meanWait = pollaczekKhinchine(load, 1, 0);
  return {
    model: 'M/D/1',
    parameters: `λ = ${load}, D = 1`,
    setting: settingOf(load, service),
    requests,
    quantities: [
      quantity.meanWait(meanWait),
      quantity.shareAtOnce(1 - load),
      ...[1, 2.5, 5].map((t) => quantity.shareWithin(t, constantServiceWithin(t, load, 1))),
      quantity.meanQueue(load * meanWait),
      quantity.utilisation(load),
    ],
    twin: { wrong: 'service 5 % too long', setting: settingOf(load, slower(service)), requests: Math.round(requests / 5) },
  };
}

/** M/G/1 with a mean service time of 1. */
function anyService(load: number, law: 'gamma' | 'lognormal', squaredCv: number, requests: number): TheoryPoint {
  const service: ServiceLaw = { law, mean: 1, cv: Math.sqrt(squaredCv) };
  const meanWait = pollaczekKhinchine(load, 1, squaredCv);
  return {
    model: 'M/G/1',
    parameters: `λ = ${load}, ${law} service, mean 1, cs² = ${squaredCv}`,
    setting: settingOf(load, service),
    requests,
    quantities: [quantity.shareWaiting(load), quantity.meanWait(meanWait), quantity.meanQueue(load * meanWait), quantity.utilisation(load)],
    twin: {
      wrong: 'exponential service of the same mean',
      setting: settingOf(load, { law: 'exponential', mean: 1 }),
      requests: Math.round(requests / 5),
    },
  };
}

export const GENERAL_SERVICE: TheoryGroup = {
  title: 'Any service: M/D/1 and M/G/1',
  introduction:
    'As above with limit 1 and constant, gamma or lognormal service. Exact values: Pollaczek–Khinchine for means, Erlang 1909 for the ' +
    'distribution of M/D/1.',
  points: [
    constantService(0.5, 100_000),
    constantService(0.8, 100_000),
    anyService(0.8, 'gamma', 0.25, 80_000),
    anyService(0.8, 'gamma', 4, 150_000),
    anyService(0.8, 'lognormal', 0.25, 80_000),
  ],
};
