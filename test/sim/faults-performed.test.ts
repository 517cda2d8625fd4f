import { describe, expect, it } from 'vitest';
import { HistoryKind } from '../../src/core/history.js';
import type { Policy } from '../../src/core/policy.js';
import { CrashPoint, Message, Part } from '../../src/core/topology.js';
import { FAULT_KINDS, type FlowSpec, type Scenario, type StepSpec } from '../../src/scenario/types.js';
import { Simulation } from '../../src/sim/simulation.js';
import { account, endpoint, flow, scenario, silentSink } from '../helpers/scenario.js';
import { type HistoryName, MS, policyOf, S } from '../helpers/world.js';

interface Event {
  readonly atS: number;
  readonly id: number;
  readonly a: number;
  readonly b: number;
}

/** What happened, by the name of its kind. */
class Told {
  private readonly events: (Event & { readonly kind: number })[] = [];
  hash = '';

  constructor(story: Scenario, seed = 1) {
    let now = (): number => 0;
    const simulation: Simulation = new Simulation(
      story,
      seed,
      silentSink({ record: (kind, id, a, b) => void this.events.push({ kind, atS: now() / S, id, a, b }) }),
      () => {
        throw new Error('no trace');
      },
    );
    now = () => simulation.calendar.nowUs;
    while (!simulation.advance(10_000));
    this.hash = simulation.hash;
  }

  of(name: HistoryName): Event[] {
    return this.events.filter(({ kind }) => kind === HistoryKind[name]).map(({ kind: _, ...event }) => event);
  }
}

/** Four requests of 10 s each: two in progress from the first instant on, two behind them. */
function told(step: StepSpec, switches: Partial<Policy> = {}, flows: Partial<FlowSpec> = {}): Told {
  return new Told(
    scenario({
      policy: policyOf('reference', switches),
      accounts: [account({ keys: ['key', 'other'] })],
      endpoints: [endpoint()],
      workload: [flow({ arrivals: { kind: 'burst', count: 4, atUs: 0 }, ...flows })],
      steps: [step],
    }),
  );
}

describe('a step breaks a runner:', () => {
  it('a crash, as many as it says', () => {
    expect(told({ do: 'crash-runner', atUs: 4 * S, endpoint: 'flux', count: 2 }).of('runnerCrashed')).toHaveLength(2);
  });

  it('a crash of idle runners, which ends no work', () => {
    const run = told({ do: 'crash-runner', atUs: 50 * S, endpoint: 'flux', count: 2 });
    expect(run.of('runnerCrashed').map(({ b }) => b)).toEqual([0, 0]);
  });

  it('a pause of nobody, which is none', () => {
    expect(told({ do: 'pause-runner', atUs: 50 * S, endpoint: 'flux', count: 2, forUs: S }).of('runnerPaused')).toEqual([]);
  });

  it('a pause, until it is over', () => {
    const run = told({ do: 'pause-runner', atUs: 4 * S, endpoint: 'flux', count: 1, forUs: 3 * S });
    expect(run.of('runnerPaused')).toMatchObject([{ atS: 4 }]);
    expect(run.of('runnerResumed')).toMatchObject([{ atS: 7 }]);
    expect(run.of('faultOver')).toMatchObject([{ atS: 7, id: 0 }]);
  });

  it('work that never ends by itself, and work that takes longer', () => {
    expect(told({ do: 'hang-runner', atUs: 4 * S, endpoint: 'flux', count: 1 }).of('runnerHung')).toMatchObject([{ atS: 4 }]);
    expect(told({ do: 'slow-runner', atUs: 4 * S, endpoint: 'flux', count: 2, factor: 3, forUs: S }).of('runnerSlowed')).toHaveLength(2);
  });
});

describe('a step breaks a part or a link:', () => {
  it('a crash at once, until the part is up again', () => {
    const run = told({ do: 'crash', atUs: 4 * S, part: 'store', between: undefined, forUs: 2 * S });
    expect(run.of('partDown')).toMatchObject([{ atS: 4, id: Part.store, a: 0 }]);
    expect(run.of('partUp')).toMatchObject([{ atS: 6, id: Part.store }]);
  });

  it('a crash when the part next comes to the point', () => {
    const run = told({ do: 'crash', atUs: 4 * S, part: 'dispatcher', between: 'done-release', forUs: 2 * S });
    expect(run.of('partDown')).toMatchObject([{ atS: 10, id: Part.dispatcher, a: CrashPoint['done-release'] }]);
  });

  it('a cut, which loses what would have passed', () => {
    const run = told({ do: 'cut', atUs: 9 * S, link: 'runner-dispatcher', forUs: 3 * S });
    expect(run.of('messageLost')[0]).toMatchObject({ atS: 10, a: Message.done });
    expect(run.of('faultOver')).toMatchObject([{ atS: 12 }]);
  });

  it('a disturbance, with its shares and its delay', () => {
    const disturbed = { do: 'disturb', atUs: 9 * S, link: 'runner-dispatcher', message: 'done', forUs: 3 * S } as const;
    const dropped = told({ ...disturbed, drop: 1, duplicate: 0, reorder: 0, delayUs: 0 });
    expect(dropped.of('messageLost').slice(0, 2)).toMatchObject([{ a: Message.done }, { a: Message.done }]);
    const late = told({ ...disturbed, drop: 0, duplicate: 0, reorder: 0, delayUs: 200 * MS });
    expect(late.of('messageDelayed')).toMatchObject([{ a: Message.done }, { a: Message.done }]);
  });

  it('single messages', () => {
    expect(told({ do: 'drop', atUs: 4 * S, message: 'done', count: 1 }).of('messageLost')).toMatchObject([{ a: Message.done }]);
    expect(told({ do: 'duplicate', atUs: 4 * S, message: 'done', count: 2 }).of('messageDuplicated')).toHaveLength(2);
    expect(told({ do: 'delay', atUs: 4 * S, message: 'done', count: 1, byUs: S }).of('messageDelayed')).toMatchObject([{ a: Message.done }]);
  });

  it('a clock', () => {
    expect(told({ do: 'skew-clock', atUs: 4 * S, part: 'runner', byUs: -30 * S }).of('clockSkewed')).toMatchObject([{ id: Part.runner, a: -30_000 }]);
  });
});

describe('a step loses the slot store', () => {
  it('for good: both leases are forgotten', () => {
    expect(told({ do: 'lose-store', atUs: 4 * S, ageUs: undefined }).of('storeLost')).toMatchObject([{ id: 2, a: 0 }]);
  });

  it('back to a state with the same leases', () => {
    const [lost] = told({ do: 'lose-store', atUs: 4 * S, ageUs: 3 * S }).of('storeLost');
    expect(lost).toMatchObject({ b: 3_000 });
    expect(lost?.id).toBe(lost?.a);
  });

  it('back to a state whose leases have ended since', () => {
    const run = told({ do: 'lose-store', atUs: 12 * S, ageUs: 4 * S });
    expect(run.of('storeLost')).toMatchObject([{ id: 2, a: 2, b: 4_000 }]);
    expect(run.of('leaseForgotten').map(({ id }) => id)).not.toEqual(run.of('leaseRestored').map(({ id }) => id));
  });
});

describe('a step is about owners and callers:', () => {
  it('an account is renamed or deleted', () => {
    expect(told({ do: 'rename-account', atUs: 4 * S, account: 'acme' }).of('accountRenamed')).toMatchObject([{ id: 0, a: 2, b: 0 }]);
    expect(told({ do: 'delete-account', atUs: 4 * S, account: 'acme' }).of('accountRenamed')).toMatchObject([{ id: 0, a: 2, b: 1 }]);
  });

  it('clients disconnect: those in progress first, the oldest first', () => {
    // The newest of two wait in a line that serves the newest first, so that what is in progress is not what is oldest.
    const newestFirst = told({ do: 'disconnect', atUs: 12 * S, account: 'acme', key: undefined, count: 3 }, { waiting: 'newest-first', promises: [] });
    expect(newestFirst.of('disconnected').every(({ a }, n, all) => n === 0 || (all[n - 1] as Event).a >= a)).toBe(true);
    const some = told({ do: 'disconnect', atUs: 4 * S, account: 'acme', key: undefined, count: 3 });
    expect(some.of('disconnected')).toMatchObject([
      { id: 0, a: 1 },
      { id: 1, a: 1 },
      { id: 2, a: 0 },
    ]);
  });

  it('only clients with the key disconnect', () => {
    expect(told({ do: 'disconnect', atUs: 4 * S, account: 'acme', key: 'other', count: Number.POSITIVE_INFINITY }).of('disconnected')).toEqual([]);
  });

  it('a webhook receiver is down and nothing is delivered meanwhile', () => {
    const sent = told({ do: 'webhook-down', atUs: 4 * S, account: 'acme', forUs: 8 * S }, {}, { webhook: true }).of('webhookSent');
    const meanwhile = sent.filter(({ atS }) => atS < 12);
    expect(meanwhile.length).toBeGreaterThan(0);
    expect(meanwhile.filter(({ a }) => a === 1)).toEqual([]);
    expect(sent.filter(({ a }) => a === 1)).toHaveLength(4);
  });
});

describe('random faults', () => {
  const story = scenario({
    policy: policyOf('reference', { lease: { ttlUs: 6 * S, renewEveryUs: 2 * S, reapEveryUs: S }, maxHoldUs: 60 * S }),
    accounts: [account({ limit: 3, keys: ['key', 'other'] })],
    endpoints: [endpoint({ service: { kind: 'constant', us: 2 * S } })],
    workload: [flow({ webhook: true, arrivals: { kind: 'constant', perSecond: 1, fromUs: 0, toUs: 30 * S } })],
    faults: { kinds: FAULT_KINDS, activation: 0.5, strikes: 2, fromUs: 0, toUs: undefined },
  });

  it('of all kinds together can be run, and the same seed gives the same history', () => {
    const seen = new Set<number>();
    for (let seed = 0; seed < 30; seed++) {
      const run = new Told(story, seed);
      for (const { id } of run.of('step')) seen.add(id);
      expect(new Told(story, seed).hash).toBe(run.hash);
    }
    expect(seen.size).toBeGreaterThan(20);
  });
});
