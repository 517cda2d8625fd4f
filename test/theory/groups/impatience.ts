import { exponentialPatience } from '../formulas/birth-death.js';
import { fixedPatience } from '../formulas/impatience.js';
import type { TheoryGroup, TheoryPoint, Twin } from '../point.js';
import { quantity } from '../quantities.js';
import type { QueueSetting } from '../setting.js';

const SLOWER = 1.05;

function settingOf(arrivalRate: number, servers: number, rest: Partial<QueueSetting> = {}, meanService = 1): QueueSetting {
  return { arrivals: { law: 'poisson', rate: arrivalRate }, service: { law: 'exponential', mean: meanService }, servers, ...rest };
}

/** M/M/c+D with a mean service time of 1. */
function startTimeout(arrivalRate: number, servers: number, patience: number, requests: number, twin: Omit<Twin, 'requests'>): TheoryPoint {
  const exact = fixedPatience(arrivalRate, 1, servers, patience);
  return {
    model: 'M/M/c+D',
    parameters: `λ = ${arrivalRate}, μ = 1, c = ${servers}, τ = ${patience}`,
    setting: settingOf(arrivalRate, servers, { startTimeout: patience }),
    requests,
    quantities: [
      quantity.shareWaiting(1 - exact.shareAtOnce),
      quantity.shareTimedOut(exact.shareTimedOut),
      quantity.meanWaitOfServed(exact.meanWaitOfServed),
      quantity.meanWaitOfAll(exact.meanWaitOfAll),
      quantity.meanQueue(arrivalRate * exact.meanWaitOfAll),
      quantity.utilisation(exact.utilisation),
    ],
    twin: { ...twin, requests: Math.round(requests / 5) },
  };
}

/** M/M/c+M, Erlang A, with a mean service time of 1. */
function patientClients(arrivalRate: number, servers: number, leaveRate: number, requests: number): TheoryPoint {
  const exact = exponentialPatience(arrivalRate, 1, servers, leaveRate);
  const patience = 1 / leaveRate;
  return {
    model: 'M/M/c+M',
    parameters: `λ = ${arrivalRate}, μ = 1, c = ${servers}, θ = ${leaveRate}`,
    setting: settingOf(arrivalRate, servers, { patience }),
    requests,
    quantities: [
      quantity.shareWaiting(exact.shareWaiting),
      quantity.shareAbandoned(exact.shareAbandoned),
      quantity.meanWaitOfAll(exact.meanWaitOfAll),
      quantity.meanQueue(exact.meanQueue),
      quantity.utilisation(exact.utilisation),
    ],
    twin: { wrong: 'service 5 % too long', setting: settingOf(arrivalRate, servers, { patience }, SLOWER), requests: Math.round(requests / 5) },
  };
}

/** Requests that wait longer than τ are cancelled, and so are those at work: the timer was not removed when they started. */
function timerNotRemoved(arrivalRate: number, servers: number, patience: number): Omit<Twin, 'requests'> {
  return { wrong: 'timeout not removed at the start', setting: settingOf(arrivalRate, servers, { cancelAfter: patience }) };
}

function oneServerFewer(arrivalRate: number, servers: number, patience: number): Omit<Twin, 'requests'> {
  return { wrong: 'one server fewer', setting: settingOf(arrivalRate, servers - 1, { startTimeout: patience }) };
}

function slowerService(arrivalRate: number, servers: number, patience: number): Omit<Twin, 'requests'> {
  return { wrong: 'service 5 % too long', setting: settingOf(arrivalRate, servers, { startTimeout: patience }, SLOWER) };
}

export const IMPATIENCE: TheoryGroup = {
  title: 'Impatience: M/M/c+D (`start_timeout`) and M/M/c+M (Erlang A)',
  introduction:
    "M/M/c+D is the platform's own mechanism: every request has the same `start_timeout` τ. In M/M/c+M clients cancel what is still queued " +
    'after an exponential patience of mean 1/θ. Both are stable at any load.',
  points: [
    startTimeout(36, 40, 0.5, 400_000, oneServerFewer(36, 40, 0.5)),
    startTimeout(44, 40, 0.5, 100_000, slowerService(44, 40, 0.5)),
    startTimeout(0.8, 1, 2, 50_000, timerNotRemoved(0.8, 1, 2)),
    patientClients(48, 50, 0.5, 300_000),
    patientClients(44, 40, 0.5, 300_000),
    patientClients(36, 40, 0.5, 300_000),
  ],
};
