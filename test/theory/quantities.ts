import type { Quantity } from './point.js';

/** The quantities that theory and a run have in common, each with how a run shows it. */
export const quantity = {
  shareWaiting: (exact: number): Quantity => ({ name: 'share that waits', exact, read: (run) => run.shareWaiting }),
  shareAtOnce: (exact: number): Quantity => ({ name: 'share that starts at once', exact, read: (run) => run.shareAtOnce }),
  shareTimedOut: (exact: number): Quantity => ({ name: 'share that times out', exact, read: (run) => run.shareLost }),
  shareAbandoned: (exact: number): Quantity => ({ name: 'share that leaves', exact, read: (run) => run.shareLost }),
  shareLost: (exact: number): Quantity => ({ name: 'share that is lost', exact, read: (run) => run.shareLost }),
  meanWait: (exact: number): Quantity => ({ name: 'mean wait', exact, read: (run) => run.meanWaitOfServed }),
  meanWaitOfServed: (exact: number): Quantity => ({ name: 'mean wait of the served', exact, read: (run) => run.meanWaitOfServed }),
  meanWaitOfAll: (exact: number): Quantity => ({ name: 'mean wait of all', exact, read: (run) => run.meanWaitOfAll }),
  shareBeyond: (t: number, exact: number): Quantity => ({ name: `share that waits longer than ${t}`, exact, read: (run) => run.shareBeyond(t) }),
  shareWithin: (t: number, exact: number): Quantity => ({ name: `share that waits at most ${t}`, exact, read: (run) => 1 - run.shareBeyond(t) }),
  meanQueue: (exact: number): Quantity => ({ name: 'mean number waiting', exact, read: (run) => run.meanQueue }),
  meanInSystem: (exact: number): Quantity => ({ name: 'mean number in the system', exact, read: (run) => run.meanInSystem }),
  throughput: (exact: number): Quantity => ({ name: 'calls a unit of time', exact, read: (run) => run.throughput }),
  utilisation: (exact: number): Quantity => ({ name: 'utilisation', exact, read: (run) => run.utilisation }),
  /** PASTA: Poisson arrivals see what a clock sees. The two shares of one run, so most of the noise cancels. */
  seenByArrivals: (scale: number): Quantity => ({
    name: 'share that waits − share of time all busy',
    exact: 0,
    scale,
    read: (run) => run.shareWaiting - run.shareAllBusy,
  }),
};
