/** Queues whose length changes by one at a time: solved through the ratios of neighbouring probabilities. */

/** Probabilities of n = 0, 1, … in the system. @param ratio p(n) / p(n−1) @param last the greatest n */
function probabilities(ratio: (n: number) => number, last: number): number[] {
  const weights = [1];
  let sum = 1;
  for (let n = 1; n <= last; n++) {
    const weight = (weights[n - 1] as number) * ratio(n);
    weights.push(weight);
    sum += weight;
  }
  return weights.map((weight) => weight / sum);
}

function expectation(distribution: readonly number[], value: (n: number) => number): number {
  return distribution.reduce((sum, probability, n) => sum + probability * value(n), 0);
}

export interface BoundedPlaces {
  /** Share of calls that find no place. */
  readonly shareLost: number;
  readonly meanInSystem: number;
  readonly meanQueue: number;
  /** Of those who found a place. */
  readonly meanWait: number;
  readonly utilisation: number;
}

/** M/M/c/K: K places in all, those at the servers included. */
export function boundedPlaces(arrivalRate: number, serviceRate: number, servers: number, places: number): BoundedPlaces {
  const distribution = probabilities((n) => arrivalRate / (Math.min(n, servers) * serviceRate), places);
  const shareLost = distribution[places] as number;
  const meanQueue = expectation(distribution, (n) => Math.max(0, n - servers));
  const taken = arrivalRate * (1 - shareLost);
  return {
    shareLost,
    meanInSystem: expectation(distribution, (n) => n),
    meanQueue,
    meanWait: meanQueue / taken,
    utilisation: taken / serviceRate / servers,
  };
}

export interface ExponentialPatience {
  readonly shareWaiting: number;
  readonly shareAbandoned: number;
  readonly meanQueue: number;
  readonly meanWaitOfAll: number;
  readonly utilisation: number;
}

/** States beyond this hold nothing that a double can show, at the loads that are compared here. */
const ENOUGH_STATES = 2_000;

/** M/M/c+M, Erlang A: each request in the queue leaves at rate θ. */
export function exponentialPatience(arrivalRate: number, serviceRate: number, servers: number, leaveRate: number): ExponentialPatience {
  const ending = (n: number): number => Math.min(n, servers) * serviceRate + Math.max(0, n - servers) * leaveRate;
  const distribution = probabilities((n) => arrivalRate / ending(n), ENOUGH_STATES);
  const meanQueue = expectation(distribution, (n) => Math.max(0, n - servers));
  return {
    shareWaiting: expectation(distribution, (n) => (n >= servers ? 1 : 0)),
    shareAbandoned: (leaveRate * meanQueue) / arrivalRate,
    meanQueue,
    meanWaitOfAll: meanQueue / arrivalRate,
    utilisation: expectation(distribution, (n) => Math.min(n, servers)) / servers,
  };
}

export interface ClosedLoop {
  /** Requests a unit of time. */
  readonly throughput: number;
  readonly meanQueue: number;
  readonly meanWait: number;
  readonly shareWaiting: number;
  readonly utilisation: number;
}

/** M/M/c//N, the machine-repair model: N users, each thinks (exponential) and then waits for one request. */
export function closedLoop(users: number, meanThinking: number, serviceRate: number, servers: number): ClosedLoop {
  const ofUsers = (count: number): number[] => probabilities((n) => (count - n + 1) / meanThinking / (Math.min(n, servers) * serviceRate), count);
  const distribution = ofUsers(users);
  const working = expectation(distribution, (n) => Math.min(n, servers));
  const meanQueue = expectation(distribution, (n) => Math.max(0, n - servers));
  const throughput = working * serviceRate;
  return {
    throughput,
    meanQueue,
    meanWait: meanQueue / throughput,
    // A user finds what an outside observer of the other users would see.
    shareWaiting: expectation(ofUsers(users - 1), (n) => (n >= servers ? 1 : 0)),
    utilisation: working / servers,
  };
}
