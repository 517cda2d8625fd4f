import { describe, expect, it } from 'vitest';
import type { FlowSpec, Scenario, Sdk, StepSpec } from '../../src/scenario/types.js';
import { ClientLog, gapsOf } from '../helpers/clients.js';
import { account, counter, endpoint, flow, runScenario, type ScenarioParts, scenario } from '../helpers/scenario.js';
import { ENDLESS_RUNNERS, HOUR, MS, policyOf, S } from '../helpers/world.js';

/** The account's only slot is taken for an hour by somebody else's key; calls come at 1 s. */
function alwaysFull(call: Partial<FlowSpec>): Scenario {
  return scenario({
    accounts: [account({ limit: 1, keys: ['hog', 'key'] })],
    endpoints: [endpoint({ service: { kind: 'constant', us: HOUR } })],
    workload: [flow({ as: { account: 'acme', key: 'hog' } }), flow({ arrivals: { kind: 'burst', count: 1, atUs: S }, ...call })],
  });
}

const SEEDS = Array.from({ length: 100 }, (_, n) => n + 1);
const run = (sdk: Sdk): Scenario => alwaysFull({ call: 'run', sdk });

function expectGaps(gapsUs: readonly number[], boundsMs: readonly (readonly [number, number])[]): void {
  expect(gapsUs).toHaveLength(boundsMs.length);
  for (const [n, [low, high]] of boundsMs.entries()) {
    expect(gapsUs[n]).toBeGreaterThanOrEqual(low * MS);
    expect(gapsUs[n]).toBeLessThanOrEqual(high * MS);
  }
}

describe('run against a permanent 429', () => {
  it('JS makes exactly 4 requests, 375–625, 750–1250 and 1500–2500 ms apart, and gives up', () => {
    for (const seed of SEEDS) {
      const log = new ClientLog(run('js'), seed);
      expectGaps(gapsOf(log.requestsUs[1]!), [
        [375, 625],
        [750, 1250],
        [1500, 2500],
      ]);
      expect(log.statuses).toEqual([429, 429, 429, 429]);
      expect(log.calls).toMatchObject([{ outcome: 'gaveUp', attempts: 4, atUs: log.requestsUs[1]!.at(-1) }]);
    }
  });

  it.each([
    ['python', 30],
    ['python-async', 10],
  ] as const)('%s makes exactly 10 requests, the n-th gap within x0.5 to x1.5 of 0.1·2^(n-1) s, at most %i s', (sdk, capSeconds) => {
    for (const seed of SEEDS) {
      const log = new ClientLog(run(sdk), seed);
      const bounds = Array.from({ length: 9 }, (_, n) => {
        // The jitter comes first and the cap after it, but the doubling itself stops at the cap.
        const nominal = Math.min(capSeconds * 1000, 100 * 2 ** n);
        return [0.5 * nominal, Math.min(capSeconds * 1000, 1.5 * nominal)] as const;
      });
      expectGaps(gapsOf(log.requestsUs[1]!), bounds);
      expect(log.calls).toMatchObject([{ outcome: 'gaveUp', attempts: 10 }]);
    }
  });

  it('gaps vary over the whole of their range, from seed to seed', () => {
    const first = SEEDS.map((seed) => gapsOf(new ClientLog(run('js'), seed).requestsUs[1]!)[0]! / MS);
    expect(Math.min(...first)).toBeLessThan(400);
    expect(Math.max(...first)).toBeGreaterThan(600);
  });

  it('a plain HTTP caller makes 1 request', () => {
    const log = new ClientLog(run('none'));
    expect(log.requestsUs[1]).toEqual([S]);
    expect(log.calls).toMatchObject([{ outcome: 'gaveUp', attempts: 1, elapsedUs: 0 }]);
  });

  it('20 parallel JS runs make 80 requests: four for one', () => {
    const result = runScenario(alwaysFull({ call: 'run', sdk: 'js', arrivals: { kind: 'burst', count: 20, atUs: S } }));
    expect(counter(result, 'http_429').count).toBe(80);
    expect(counter(result, 'client_retries').count).toBe(60);
    expect(counter(result, 'gave_up').count).toBe(20);
  });

  it('a retry that finds a slot is served: the call succeeds with more than one attempt', () => {
    const what = scenario({
      accounts: [account({ limit: 1 })],
      endpoints: [endpoint({ service: { kind: 'constant', us: S } })],
      workload: [flow(), flow({ call: 'run', arrivals: { kind: 'burst', count: 1, atUs: 100 * MS } })],
    });
    expect(new ClientLog(what).calls).toMatchObject([{ outcome: 'ok', attempts: 3 }]);
  });
});

describe('run against other answers', () => {
  const noRunner = (sdk: Sdk): Scenario =>
    scenario({
      accounts: [account({ limit: 10 })],
      endpoints: [endpoint({ service: { kind: 'constant', us: HOUR }, runners: { ...ENDLESS_RUNNERS, max: 1 } })],
      workload: [flow(), flow({ call: 'run', sdk, arrivals: { kind: 'burst', count: 1, atUs: S } })],
    });

  it.each([
    ['js', 4],
    ['python', 1],
    ['python-async', 1],
    ['none', 1],
  ] as const)('a 503: %s makes %i requests', (sdk, requests) => {
    const log = new ClientLog(noRunner(sdk));
    expect(log.statuses).toEqual(Array.from({ length: requests }, () => 503));
    expect(log.calls).toMatchObject([{ outcome: 'gaveUp', attempts: requests }]);
  });

  it.each([
    ['js', 2],
    ['python', 1],
  ] as const)('a runner lost in mid-request (503): %s makes %i requests', (sdk, requests) => {
    const what = scenario({ workload: [flow({ call: 'run', sdk })], steps: [{ do: 'crash-runner', atUs: 4 * S, endpoint: 'flux', count: 1 }] });
    expect(new ClientLog(what).calls).toMatchObject([{ attempts: requests, outcome: requests === 2 ? 'ok' : 'failed' }]);
  });

  it.each(['js', 'python', 'python-async'] as const)('a 504 of the start deadline is never tried again (%s)', (sdk) => {
    const what = scenario({
      endpoints: [endpoint({ runners: { ...ENDLESS_RUNNERS, coldStartUs: 10 * S } })],
      workload: [flow({ call: 'run', sdk, startTimeoutUs: 2 * S })],
    });
    expect(new ClientLog(what).calls).toMatchObject([{ outcome: 'startTimeout', attempts: 1, elapsedUs: 2 * S }]);
  });

  it('a 401 is never tried again', () => {
    const steps: StepSpec[] = [{ do: 'revoke-key', atUs: 0, key: { account: 'acme', key: 'key' } }];
    const log = new ClientLog(scenario({ workload: [flow({ call: 'run', arrivals: { kind: 'burst', count: 1, atUs: S } })], steps }));
    expect(log.calls).toMatchObject([{ outcome: 'unauthorized', attempts: 1, elapsedUs: 0 }]);
  });
});

describe('subscribe', () => {
  const subscribe = (sdk: Sdk, parts: ScenarioParts & { call?: Partial<FlowSpec> } = {}): Scenario => {
    const { call, ...rest } = parts;
    return scenario({
      endpoints: [endpoint({ service: { kind: 'constant', us: 10_234 * MS } })],
      workload: [flow({ call: 'subscribe', sdk, arrivals: { kind: 'burst', count: 1, atUs: 60 * MS }, ...call })],
      ...rest,
    });
  };

  it.each([
    ['js', 10_500],
    ['python', 10_300],
    ['python-async', 10_300],
  ] as const)('%s learns of a result that is ready after 10,234 ms at its next poll, after %i ms', (sdk, elapsedMs) => {
    expect(new ClientLog(subscribe(sdk)).calls).toMatchObject([{ outcome: 'ok', attempts: 1, elapsedUs: elapsedMs * MS }]);
  });

  it.each([
    ['js', 4500],
    ['python', 4200],
  ] as const)('%s polls with a revoked key: 401 at the next poll, no cancel, and the work goes on', (sdk, elapsedMs) => {
    const steps: StepSpec[] = [{ do: 'revoke-key', atUs: 4200 * MS, key: { account: 'acme', key: 'key' } }];
    const log = new ClientLog(subscribe(sdk, { steps, policy: policyOf('fal-documented', { onRevoke: 'drain' }) }));
    expect(log.calls).toMatchObject([{ outcome: 'unauthorized', elapsedUs: elapsedMs * MS }]);
    expect(log.cancelsUs).toEqual([]);
    expect(log.stopsUs).toEqual([10_294 * MS]);
  });

  it('polls on with a revoked key as long as gateways accept it', () => {
    const steps: StepSpec[] = [{ do: 'revoke-key', atUs: 4200 * MS, key: { account: 'acme', key: 'key' } }];
    const log = new ClientLog(subscribe('js', { steps, policy: policyOf('fal-documented', { keyCacheUs: 3 * S }) }));
    expect(log.calls).toMatchObject([{ outcome: 'unauthorized', elapsedUs: 7500 * MS }]);
  });

  it.each(['js', 'python', 'python-async'] as const)('%s cancels once when its own timeout is over, and the call has given up at that instant', (sdk) => {
    const log = new ClientLog(subscribe(sdk, { call: { clientTimeoutUs: 3 * S } }));
    expect(log.calls).toMatchObject([{ outcome: 'gaveUp', elapsedUs: 3 * S }]);
    expect(log.cancelsUs).toEqual([3060 * MS]);
    expect(log.stopsUs).toEqual([4060 * MS]);
  });

  it('a result that comes before the timeout disarms it', () => {
    const log = new ClientLog(subscribe('js', { call: { clientTimeoutUs: 11 * S } }));
    expect(log.calls).toMatchObject([{ outcome: 'ok' }]);
    expect(log.cancelsUs).toEqual([]);
  });

  it.each([
    ['python', 600],
    ['js', 0],
    ['python-async', 0],
  ] as const)('%s, of a request that takes 60 s to stop, leaves a poller behind that makes %i requests', (sdk, polls) => {
    const log = new ClientLog(
      subscribe(sdk, {
        call: { clientTimeoutUs: 5 * S },
        endpoints: [endpoint({ service: { kind: 'constant', us: HOUR } })],
        policy: policyOf('fal-documented', { stopDelayUs: 60 * S }),
      }),
    );
    expect(log.zombiePolls).toBe(polls);
    expect(log.calls).toHaveLength(1);
  });

  it('a Python poller of a request that nothing ends goes on to the end of the run, about 10 a second', () => {
    const log = new ClientLog(
      subscribe('python', {
        call: { clientTimeoutUs: 5 * S, arrivals: { kind: 'burst', count: 1, atUs: 0 } },
        endpoints: [endpoint({ service: { kind: 'constant', us: HOUR } })],
        policy: policyOf('fal-documented', { stopDelayUs: HOUR }),
        recoveryUs: 105 * S,
      }),
    );
    expect(log.zombiePolls).toBe(1000);
  });

  it('Python sends its timeout along as start_timeout, JS does not', () => {
    const waiting = (sdk: Sdk): Scenario => alwaysFull({ call: 'subscribe', sdk, clientTimeoutUs: 5 * S });
    expect(runScenario(waiting('python')).exercise).toMatchObject({ start_timeouts: 1, cancelled_queued: 0 });
    expect(runScenario(waiting('js')).exercise).toMatchObject({ start_timeouts: 0, cancelled_queued: 1 });
  });
});

describe('submit', () => {
  it('hands its request in once and waits for nothing: no poll, no retry, no call that ends later', () => {
    const log = new ClientLog(alwaysFull({ call: 'submit' }));
    expect(log.requestsUs[1]).toEqual([S]);
    expect(log.calls).toEqual([]);
  });
});
