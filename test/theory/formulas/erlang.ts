/** Erlang B, Erlang C and the M/M/c queue. λ: arrival rate, μ: service rate of one server, c: servers, a = λ/μ. */

/**
 * Share of calls that c servers without a queue turn away. By recursion: factorials overflow long before 200 servers.
 * @param offered a = λ/μ, in servers
 */
export function erlangB(servers: number, offered: number): number {
  let blocked = 1;
  for (let k = 1; k <= servers; k++) blocked = (offered * blocked) / (k + offered * blocked);
  return blocked;
}

/** Share of requests that have to wait at c servers with a queue. @throws RangeError where the queue grows without end */
export function erlangC(servers: number, offered: number): number {
  if (offered >= servers) throw new RangeError(`expected less than ${servers} servers' worth of work, got ${offered}: the queue would grow without end`);
  const blocked = erlangB(servers, offered);
  return (servers * blocked) / (servers - offered * (1 - blocked));
}

export interface ManyServers {
  readonly shareWaiting: number;
  readonly meanWait: number;
  /** Mean number of requests in the queue, and in the queue or at work. */
  readonly meanQueue: number;
  readonly meanInSystem: number;
  /** P(wait > t) */
  tail(t: number): number;
  /** The wait that the share `p` of the requests does not exceed. */
  quantile(p: number): number;
}

/** M/M/c. With one server it is M/M/1. */
export function manyServers(arrivalRate: number, serviceRate: number, servers: number): ManyServers {
  const offered = arrivalRate / serviceRate;
  const shareWaiting = erlangC(servers, offered);
  const spare = servers * serviceRate - arrivalRate;
  const meanWait = shareWaiting / spare;
  return {
    shareWaiting,
    meanWait,
    meanQueue: arrivalRate * meanWait,
    meanInSystem: arrivalRate * meanWait + offered,
    tail: (t) => shareWaiting * Math.exp(-spare * t),
    quantile: (p) => (1 - p < shareWaiting ? Math.log(shareWaiting / (1 - p)) / spare : 0),
  };
}
