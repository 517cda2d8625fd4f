import { describe, expect, it } from 'vitest';
import { PRESET_NAMES } from '../../src/core/policy.js';
import { FAULT_KINDS } from '../../src/scenario/types.js';
import { Simulation } from '../../src/sim/simulation.js';
import { account, endpoint, flow, scenario, silentSink } from '../helpers/scenario.js';
import { ENDLESS_RUNNERS, MINUTE, policyOf, S } from '../helpers/world.js';

/** The private books of the core: what is used again must not be in use. */
interface Books {
  readonly requests: { readonly all: readonly RequestPage[]; readonly free: readonly RequestPage[] };
  readonly limiter: { readonly all: readonly { live: boolean; request: RequestPage }[]; readonly free: readonly unknown[] };
  readonly gateway: { readonly parts: { readonly executions: { readonly all: readonly ExecutionPage[]; readonly free: readonly unknown[] } } };
  readonly register: { readonly runners: { readonly all: readonly { load: number }[] } };
}
interface RequestPage {
  readonly state: number;
  readonly strays: number;
  readonly lease: unknown;
  readonly execution: unknown;
  readonly deadlineTimer: number;
  readonly requeueTimer: number;
}
interface ExecutionPage {
  readonly assigned: boolean;
  readonly request: RequestPage;
  readonly runner: unknown;
}

const FREE = 0;

function faultsOf({ requests, limiter, gateway, register }: Books): string[] {
  const { executions } = gateway.parts;
  const { runners } = register;
  const found: string[] = [];
  const isTwice = (pool: readonly unknown[]): boolean => new Set(pool).size !== pool.length;
  for (const request of requests.all) {
    const { state, strays, lease, execution, deadlineTimer, requeueTimer } = request;
    if (strays < 0) found.push('a request counts fewer than no strays');
    if (state !== FREE) continue;
    if (lease !== null || execution !== null || strays !== 0) found.push('a free request is referred to');
    if (deadlineTimer !== -1 || requeueTimer !== -1) found.push('a free request has a timer');
  }
  if (isTwice(requests.free) || isTwice(limiter.free) || isTwice(executions.free)) found.push('something lies in its pool twice');
  if (limiter.all.some(({ live, request }) => live && request.state === FREE)) found.push('a live lease of a free request');
  const load = new Map<unknown, number>();
  for (const { assigned, request, runner } of executions.all) {
    if (!assigned) continue;
    if (request.state === FREE) found.push('an execution of a free request');
    load.set(runner, (load.get(runner) ?? 0) + 1);
  }
  if (runners.all.some((runner) => runner.load !== (load.get(runner) ?? 0))) found.push('a runner counts other places than are taken');
  return found;
}

describe('whatever goes wrong, nothing is used again while something refers to it', () => {
  const LOOSE = { fence: 'none', selfFence: false, acquireRetry: 'second-slot', redeliverAfterUs: 4 * S } as const;
  const CASES = [
    ...PRESET_NAMES.map((preset) => [preset, policyOf(preset)] as const),
    ['fal-documented, dispatched slowly', policyOf('fal-documented', { dispatchLatencyUs: 50_000, resendEveryUs: S })] as const,
    ['reference without fences', policyOf('reference', LOOSE)] as const,
    ['reference, parents keep their slots', policyOf('reference', { parentSlot: 'keep', releaseAfter: 'webhook', reconcile: 'both-ways' })] as const,
  ];

  it.each(CASES)('%s', (_, policy) => {
    for (let seed = 1; seed <= 60; seed++) {
      const story = scenario({
        policy: { ...policy, lease: policy.lease && { ttlUs: 6 * S, renewEveryUs: 2 * S, reapEveryUs: S } },
        accounts: [account({ limit: 3, keys: ['old', 'new'], endpointLimits: seed % 2 === 0 ? {} : { two: 1 } })],
        endpoints: [
          endpoint({ service: { kind: 'exponential', meanUs: 3 * S }, runners: { ...ENDLESS_RUNNERS, min: 1, max: 3, multiplexing: 4 } }),
          endpoint({ id: 'two', service: { kind: 'exponential', meanUs: 2 * S }, runners: { ...ENDLESS_RUNNERS, max: 2, coldStartUs: S } }),
        ],
        workload: [
          flow({ as: { account: 'acme', key: 'old' }, arrivals: { kind: 'poisson', perSecond: 0.4, fromUs: 0, toUs: 20 * S }, webhook: true }),
          flow({ as: { account: 'acme', key: 'new' }, arrivals: { kind: 'burst', count: 3, atUs: S }, child: { endpoint: 'flux', probability: 0.8 } }),
          flow({ as: { account: 'acme', key: 'new' }, endpoint: 'two', call: 'run', arrivals: { kind: 'poisson', perSecond: 0.2, fromUs: 0, toUs: 20 * S } }),
        ],
        faults: { kinds: FAULT_KINDS, activation: 0.4, strikes: 3, fromUs: 0, toUs: undefined },
        recoveryUs: 2 * MINUTE,
      });
      const simulation = new Simulation(story, seed, silentSink(), () => {
        throw new Error('no trace');
      });
      for (let over = false; !over; ) {
        over = simulation.advance(1);
        expect(faultsOf(simulation.platform as unknown as Books), `seed ${seed} at ${simulation.calendar.nowUs / S} s`).toEqual([]);
      }
    }
  });
});
