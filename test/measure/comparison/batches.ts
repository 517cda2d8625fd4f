import { planExpectations } from '../../../src/measure/expectations.js';
import type { MetricValue } from '../../../src/measure/metrics.js';
import type { RunResult } from '../../../src/measure/result.js';
import { RunSetup, runToEnd, ScenarioRun } from '../../../src/run.js';
import type { FlowSpec, Scenario } from '../../../src/scenario/types.js';
import { account, endpoint, flow, scenario } from '../../helpers/scenario.js';
import { MINUTE, policyOf, S } from '../../helpers/world.js';

/** Long enough for queues to build up, short enough for tens of thousands of runs. */
const LOAD_US = 30 * S;

/** What the tests here gate on: the usual five. */
export const GATED = ['queue_latency', 'time_to_result', 'leaked_slot_seconds', 'start_timeouts', 'gave_up'];

/** Runs seeds of one scenario, one after the other, and keeps what is compared. */
export class SeedBatches {
  private readonly setup: RunSetup;

  constructor(private readonly what: Scenario) {
    this.setup = new RunSetup(what, planExpectations(what.expect).plan);
  }

  /** @param as the seed that the run is said to be of */
  run(seed: number, as = seed): RunResult {
    const { what, setup } = this;
    const options = { seed, variant: undefined, evidence: false, traceSource: () => [] };
    const run = runToEnd(new ScenarioRun(what, setup.plan, options, setup));
    const metrics = Object.fromEntries(GATED.map((metric) => [metric, run.metrics[metric] as MetricValue]));
    return { ...run, seed: as, metrics };
  }
}

/** A queue at four fifths of its limit of 10: some 50 requests, waits of none to many seconds. */
export function queueAtLoad(meanServiceUs = 5 * S): Scenario {
  return scenario({
    policy: policyOf('reference'),
    accounts: [account({ limit: 10 })],
    endpoints: [endpoint({ service: { kind: 'exponential', meanUs: meanServiceUs } })],
    workload: [poisson('acme', 1.6)],
    recoveryUs: 2 * MINUTE,
  });
}

/** Two accounts of different size whose flows are written in this order. Each flow has streams of its own, so that the order changes what happens, and no law. */
export function twoFlows(order: readonly ('acme' | 'tiny')[]): Scenario {
  const flows = { acme: poisson('acme', 1.2), tiny: poisson('tiny', 0.4) };
  return scenario({
    policy: policyOf('reference'),
    accounts: [account({ limit: 8 }), account({ id: 'tiny', limit: 3 })],
    endpoints: [endpoint({ service: { kind: 'exponential', meanUs: 5 * S } })],
    workload: order.map((name) => flows[name]),
    recoveryUs: 2 * MINUTE,
  });
}

function poisson(who: string, perSecond: number): FlowSpec {
  return flow({ as: { account: who, key: 'key' }, arrivals: { kind: 'poisson', perSecond, fromUs: 0, toUs: LOAD_US } });
}
