import { describe, expect, it } from 'vitest';
import { Outcome, RequeueReason } from '../../src/core/history.js';
import { type Policy, PROMISE_NAMES } from '../../src/core/policy.js';
import { Message, Part } from '../../src/core/topology.js';
import { INVARIANT_IDS, type InvariantId, invariantOf } from '../../src/measure/invariants/registry.js';
import { MS, S } from '../helpers/world.js';
import { brokenIn, outcomeOf, Story, type StoryParts } from './story.js';

const LEASES: Partial<Policy> = { lease: { ttlUs: 30 * S, renewEveryUs: 10 * S, reapEveryUs: 5 * S } };
const EVERYTHING: Partial<Policy> = { promises: PROMISE_NAMES };

/** For each law a history that breaks it, and one much like it that does not. */
interface Tale {
  readonly parts?: StoryParts;
  readonly broken: (story: Story) => void;
  readonly sound: (story: Story) => void;
  /** Whom the first violation is about; undefined: nobody in particular. */
  readonly blames?: string;
  /** Leases that it names. */
  readonly leases?: readonly number[];
  /** The number of the event that the first violation names, counted from the first `submitted`. */
  readonly event?: number;
  readonly says: RegExp;
}

const TALES: Readonly<Record<InvariantId, Tale>> = {
  'S-CAP': {
    parts: { limit: 1 },
    broken: (story) => {
      const [a, b] = [story.submit(), story.submit()];
      const first = story.dispatch(a);
      story.at(S).release(first.lease);
      story.dispatch(b);
    },
    sound: (story) => {
      const [a, b] = [story.submit(), story.submit()];
      story.serve(a).serve(b);
    },
    blames: 'req-2',
    event: 5,
    says: /started while 1 requests of the account were running at a limit of 1/,
  },
  'S-UNLEASED': {
    broken: (story) => {
      const { lease } = story.dispatch(story.submit());
      story.at(5 * S).takeBack(lease);
      story.at(6 * S);
    },
    sound: (story) => {
      story.serve(story.submit());
    },
    blames: 'req-1',
    leases: [0],
    event: 3,
    says: /was worked on without a slot from 5s on: lease 0 was taken back while the work went on/,
  },
  'S-ORPH': {
    broken: (story) => {
      const { execution } = story.dispatch(story.submit());
      story
        .at(10 * S)
        .stop(execution)
        .end(0);
    },
    sound: (story) => {
      const { lease, execution } = story.dispatch(story.submit());
      story
        .at(10 * S)
        .stop(execution)
        .release(lease)
        .end(0);
    },
    blames: 'req-1',
    leases: [0],
    event: 3,
    says: /held a slot without work for .*: lease 0 was granted at 0s; nobody has released it/,
  },
  'S-LEDGER': {
    broken: (story) => {
      const request = story.submit();
      story.record('leaseGranted', request, 0, 3);
    },
    sound: (story) => {
      story.serve(story.submit());
    },
    blames: 'req-1',
    event: 2,
    says: /admission counts 3 slots while 1 are held/,
  },
  'S-ONE': {
    broken: (story) => {
      const request = story.submit();
      story.grant(request);
      story.grant(request);
      story.at(S);
    },
    sound: (story) => {
      const request = story.submit();
      const former = story.grant(request);
      story.release(former);
      story.serve(request);
    },
    blames: 'req-1',
    leases: [0, 1],
    event: 3,
    says: /holds two slots: lease 0 since 0s and lease 1 since 0s/,
  },
  'S-DUP': {
    parts: { policy: { promises: ['no-duplicates'] } },
    broken: (story) => {
      const request = story.submit();
      story.dispatch(request);
      story.at(S).start(request);
    },
    sound: (story) => {
      const request = story.submit();
      const { execution } = story.dispatch(request);
      story.at(S).stop(execution);
      story.start(request);
    },
    blames: 'req-1',
    event: 3,
    says: /started while other work of it was running/,
  },
  'S-STATE': {
    broken: (story) => {
      const request = story.submit();
      story.end(request, Outcome.cancelled);
      story.dispatch(request);
    },
    sound: (story) => {
      story.serve(story.submit());
    },
    blames: 'req-1',
    event: 3,
    says: /started to run after it had ended/,
  },
  'S-DEADLINE': {
    broken: (story) => {
      const request = story.submit({ deadlineUs: 5 * S });
      story.at(7 * S).dispatch(request);
    },
    sound: (story) => {
      const request = story.submit({ deadlineUs: 5 * S });
      story.at(4 * S).serve(request);
    },
    blames: 'req-1',
    event: 2,
    says: /started 2s after its start deadline/,
  },
  'S-KEY': {
    broken: (story) => {
      story.record('keyRevoked', 0).at(20 * S);
      story.submit();
    },
    sound: (story) => {
      story.record('keyRevoked', 0).at(4 * S);
      story.serve(story.submit());
    },
    blames: 'req-1',
    event: 2,
    says: /was submitted 20s after its key was revoked; promised: 5s/,
  },
  'S-VIS': {
    broken: (story) => {
      story.dispatch(story.submit());
      story.record('usageShown', 0, 2, 2);
    },
    sound: (story) => {
      story.dispatch(story.submit());
      story.record('usageShown', 0, 1, 1);
    },
    event: 3,
    says: /account acme is shown 2 slots in use while it holds 1/,
  },
  'L-REL': {
    broken: (story) => {
      const { lease, execution } = story.dispatch(story.submit());
      story.at(10 * S).stop(execution);
      story.at(12 * S).release(lease);
    },
    sound: (story) => {
      story.serve(story.submit());
    },
    blames: 'req-1',
    leases: [0],
    event: 4,
    says: /gave its slot back 2s after its work or its request had ended/,
  },
  'L-HOLD': {
    broken: (story) => {
      const { lease, execution } = story.dispatch(story.submit({ serviceUs: 10 * S }));
      story.record('runnerHung', 0, 0, 1);
      story
        .at(60 * S)
        .stop(execution)
        .release(lease);
    },
    sound: (story) => {
      const { lease, execution } = story.dispatch(story.submit({ serviceUs: 10 * S }));
      story.record('runnerHung', 0, 0, 1);
      story
        .at(10 * S)
        .stop(execution)
        .release(lease);
    },
    blames: 'req-1',
    leases: [0],
    event: 4,
    says: /was worked on for 1m in one slot \(its service time: 10s, bound: 11s\)/,
  },
  'L-WC': {
    parts: { policy: { promises: ['work-conserving'] } },
    broken: (story) => {
      story.record('requeued', story.submit(), RequeueReason.accountLimit, -1);
      story.at(3 * S);
    },
    sound: (story) => {
      const [a, b, c] = [story.submit(), story.submit(), story.submit()];
      const [first, second] = [story.dispatch(a), story.dispatch(b)];
      story.record('requeued', c, RequeueReason.accountLimit, -1);
      story.at(10 * S).complete(first);
      const third = story.dispatch(c);
      story.complete(second);
      story.at(20 * S).complete(third);
    },
    blames: 'req-1',
    event: 2,
    says: /waited for .*, while 0 of 2 slots were held and a runner was idle/,
  },
  'L-QUIET': {
    broken: (story) => {
      const { execution } = story.dispatch(story.submit());
      story.at(10 * S).stop(execution);
    },
    sound: (story) => {
      story.serve(story.submit());
    },
    blames: 'req-1',
    leases: [0],
    says: /still holds a slot at the end of recovery: lease 0/,
  },
  'L-TERM': {
    broken: (story) => {
      const { lease, execution } = story.dispatch(story.submit());
      story
        .at(10 * S)
        .stop(execution)
        .release(lease);
    },
    sound: (story) => {
      story.serve(story.submit());
    },
    blames: 'req-1',
    says: /is IN_PROGRESS but nothing works on it: its work ended 2h 47m ago, and it holds no slot; it will never end/,
  },
  'L-BYPASS': {
    parts: { policy: { promises: ['fifo'] } },
    broken: (story) => {
      const old = story.submit();
      for (let n = 0; n < 4; n++) story.serve(story.submit(), S);
      story.serve(old);
    },
    sound: (story) => {
      const old = story.submit();
      for (let n = 0; n < 3; n++) story.serve(story.submit(), S);
      story.serve(old);
    },
    blames: 'req-1',
    event: 14,
    says: /started after at least 4 later requests of its account to its endpoint; at most 3 may pass it/,
  },
  'L-HEAL': {
    parts: { policy: { promises: ['self-healing'] } },
    broken: (story) => {
      const { execution } = story.dispatch(story.submit());
      story
        .at(10 * S)
        .stop(execution)
        .record('messageLost', 0, Message.release);
    },
    sound: (story) => {
      const { lease, execution } = story.dispatch(story.submit());
      story
        .at(10 * S)
        .stop(execution)
        .record('messageLost', 0, Message.release)
        .release(lease)
        .end(0);
    },
    blames: 'req-1',
    leases: [0],
    says: /still holds lease 0 without work, .* after the last fault/,
  },
  'L-RETRY': {
    parts: { policy: { maxAttempts: 2 } },
    broken: (story) => {
      const request = story.submit();
      for (let n = 0; n < 3; n++) story.stop(story.dispatch(request).execution);
    },
    sound: (story) => {
      const request = story.submit();
      for (let n = 0; n < 2; n++) story.stop(story.dispatch(request).execution);
    },
    blames: 'req-1',
    says: /started for the 3th time; at most 2 attempts are allowed/,
  },
};

/** Events of a fresh story: a limit and four runners. */
const OPENING = 5;

describe.each(INVARIANT_IDS)('%s', (id) => {
  const tale = TALES[id];
  const told = (how: 'broken' | 'sound', policy: Partial<Policy> = {}): Story => {
    const story = new Story({ ...tale.parts, policy: { ...tale.parts?.policy, ...policy } });
    tale[how](story);
    return story;
  };

  it('is violated by a history that breaks it, and names who, which slots, when and why', () => {
    const { state, examined, examples } = told('broken').outcome(id);
    expect(state).toBe('violated');
    expect(examined).toBeGreaterThan(0);
    expect(examples[0]).toMatchObject({ account: 'acme', request: tale.blames ?? '', message: expect.stringMatching(tale.says) });
    if (tale.leases !== undefined) expect(examples[0]?.leases).toEqual(tale.leases);
    if (tale.event !== undefined) expect(examples[0]?.event).toBe(OPENING + tale.event);
  });

  it('is examined and held by one that keeps it', () => {
    const outcome = told('sound').outcome(id);
    expect(outcome).toMatchObject({ state: 'held', violations: 0 });
    expect(outcome.examined).toBeGreaterThan(0);
  });

  const { promise } = invariantOf(id);
  if (promise !== undefined) {
    it(`says nothing about a platform that does not promise ${promise}`, () => {
      const outcome = told('broken', { promises: PROMISE_NAMES.filter((name) => name !== promise) }).outcome(id);
      expect(outcome).toMatchObject({ state: 'not-promised', examined: 0, violations: 0, reason: `the policy does not promise ${promise}` });
    });
  }
});

describe('a request that is served as it should be', () => {
  it.each([
    ['in one step', (story: Story) => story.serve(story.submit())],
    [
      'step by step',
      (story: Story) => {
        const request = story.submit();
        const lease = story.grant(request);
        const execution = story.start(request);
        story
          .at(10 * S)
          .stop(execution)
          .release(lease)
          .end(request);
      },
    ],
  ])('breaks no law, told %s', (_, tell) => {
    const story = new Story({ policy: EVERYTHING });
    tell(story);
    expect(brokenIn(story.finish())).toEqual([]);
  });
});

describe('slots without work', () => {
  it('may be without it for the dispatch latency after their grant, and no longer', () => {
    const late = (startUs: number): string[] => {
      const story = new Story({ policy: { dispatchLatencyUs: 2 * S } });
      const request = story.submit();
      const lease = story.grant(request);
      const execution = story.at(startUs).start(request);
      story
        .at(startUs + 10 * S)
        .stop(execution)
        .release(lease)
        .end(request);
      return brokenIn(story.finish());
    };
    expect(late(2 * S)).toEqual([]);
    expect(late(2 * S + 1)).toEqual(['S-ORPH', 'L-REL']);
  });

  it('are none while their direct call waits for a runner that boots', () => {
    const story = new Story();
    const request = story.submit();
    const lease = story.grant(request);
    story.record('waitingForRunner', request);
    const execution = story.at(30 * S).start(request);
    story
      .at(40 * S)
      .stop(execution)
      .release(lease)
      .end(request);
    const recording = story.finish();
    expect(brokenIn(recording)).toEqual([]);
    expect(recording.leaks).toEqual([]);
  });

  it('may come back by expiry where leases expire, unless prompt release is promised and no fault has touched them', () => {
    const expired = (promises: Policy['promises'], touched: boolean): string[] => {
      const story = new Story({ policy: { ...LEASES, promises } });
      const request = story.submit();
      const { lease, execution } = story.dispatch(request);
      story.at(10 * S).stop(execution);
      if (touched) story.record('messageLost', request, Message.release);
      story.end(request).at(40 * S);
      story.takeBack(lease);
      return brokenIn(story.finish());
    };
    expect(expired([], false)).toEqual([]);
    expect(expired(['prompt-release'], true)).toEqual([]);
    expect(expired(['prompt-release'], false)).toEqual(['S-ORPH']);
  });

  it('have the time after a part was down that they would have had without it', () => {
    const released = (atUs: number): string[] => {
      const story = new Story({ policy: { releaseLatencyUs: S } });
      const { lease, execution } = story.dispatch(story.submit());
      story.at(9 * S).record('partDown', Part.store);
      story.at(10 * S).stop(execution);
      story.at(60 * S).record('partUp', Part.store);
      story.at(atUs).release(lease).end(0);
      return brokenIn(story.finish());
    };
    expect(released(61 * S)).toEqual([]);
    expect(released(64 * S)).toEqual(['S-ORPH', 'L-REL']);
  });

  it('wait for a cut link to be whole again, as long as its step lasts', () => {
    const story = new Story({ steps: [{ do: 'cut', forUs: 60 * S }] });
    const { lease, execution } = story.dispatch(story.submit());
    story.record('step', 0);
    story.at(10 * S).stop(execution);
    story
      .at(60 * S)
      .record('faultOver', 0)
      .release(lease)
      .end(0);
    expect(brokenIn(story.finish())).toEqual([]);
  });
});

describe('a paused runner', () => {
  const paused = (story: Story) => {
    const work = story.dispatch(story.submit());
    story.at(2 * S).record('runnerPaused', 0, 0, 1);
    story.pause(work.execution);
    return work;
  };
  const awake = (story: Story, execution: number): void => {
    story.record('runnerResumed', 0, 0, 1).resume(execution);
  };

  it('leaves its slot with its work: nobody else has a claim, and nobody is late', () => {
    const story = new Story({ policy: EVERYTHING });
    const work = paused(story);
    awake(story.at(60 * S), work.execution);
    story
      .at(68 * S)
      .stop(work.execution)
      .release(work.lease)
      .end(0);
    expect(brokenIn(story.finish())).toEqual([]);
  });

  it('that wakes up after its lease has run out works without a slot, beside its successor', () => {
    const story = new Story({ policy: { ...LEASES, promises: ['no-duplicates'] }, limit: 1 });
    const work = paused(story);
    story.at(40 * S).takeBack(work.lease);
    story.record('requeued', 0, RequeueReason.leaseExpired, -1);
    story.dispatch(0);
    awake(story.at(45 * S), work.execution);
    story.at(46 * S);
    const recording = story.finish();
    expect(brokenIn(recording)).toEqual(expect.arrayContaining(['S-UNLEASED', 'S-DUP']));
    expect(outcomeOf(recording, 'S-DUP').examples[0]).toMatchObject({ message: 'was resumed while other work of it was running' });
    expect(outcomeOf(recording, 'S-DUP').examples[0]?.hint).toContain('selfFence');
  });

  it('is no second worker while it stands still', () => {
    const story = new Story({ policy: { ...LEASES, promises: ['no-duplicates'] } });
    const work = paused(story);
    story.at(40 * S).takeBack(work.lease);
    story.record('requeued', 0, RequeueReason.leaseExpired, -1);
    const second = story.dispatch(0);
    story
      .at(50 * S)
      .stop(second.execution)
      .release(second.lease)
      .end(0)
      .stop(work.execution);
    expect(brokenIn(story.finish())).toEqual([]);
  });
});

describe('work without a slot', () => {
  it('that begins with an old token is named so', () => {
    const story = new Story();
    const request = story.submit();
    story.release(story.grant(request));
    story.start(request, true);
    story.at(S);
    expect(story.outcome('S-UNLEASED').examples[0]).toMatchObject({
      request: 'req-1',
      message: 'was worked on without a slot from 0s on: its work began with a token that it did not hold',
    });
  });

  it('is counted in seconds', () => {
    const story = new Story();
    const { lease, execution } = story.dispatch(story.submit());
    story.at(4 * S).release(lease);
    story.at(10 * S).stop(execution);
    const { total } = story.finish();
    expect(total.value('unleased_seconds', 1)).toMatchObject({ count: 6 });
    expect(total.value('duplicate_executions', 1)).toMatchObject({ count: 0 });
  });

  it('may go on after a store loss until the last old lease would have run out, if nobody is admitted meanwhile', () => {
    const lost = (stopUs: number, afterStoreLoss: Policy['afterStoreLoss']): string[] => {
      const story = new Story({ policy: { ...LEASES, afterStoreLoss } });
      const { lease, execution } = story.dispatch(story.submit({ serviceUs: 100 * S }));
      story
        .at(10 * S)
        .forget(lease)
        .record('storeLost', 1, 0, NONE);
      story.at(stopUs).stop(execution).end(0);
      return brokenIn(story.finish());
    };
    expect(lost(40 * S, 'deny-one-lease')).toEqual([]);
    expect(lost(50 * S, 'deny-one-lease')).toEqual(['S-UNLEASED']);
    expect(lost(11 * S, 'trust-empty')).toEqual(['S-UNLEASED']);
  });

  it('is none any more when its lease is restored', () => {
    const story = new Story();
    const { lease, execution } = story.dispatch(story.submit());
    story.at(5 * S).forget(lease);
    story.restore(lease).record('storeLost', 1, 1, 0);
    story
      .at(10 * S)
      .stop(execution)
      .release(lease)
      .end(0);
    expect(brokenIn(story.finish())).toEqual([]);
  });
});

describe('two slots of one request', () => {
  it('are told apart: each has its own work', () => {
    const story = new Story();
    const request = story.submit();
    const [first, second] = [story.dispatch(request), story.dispatch(request)];
    story.at(10 * S).stop(first.execution);
    story.release(first.lease).stop(second.execution).release(second.lease).end(request);
    const recording = story.finish();
    expect(brokenIn(recording)).toEqual(['S-ONE']);
    expect(recording.leaks).toEqual([]);
  });

  it('are legal for the release latency', () => {
    const story = new Story({ policy: { releaseLatencyUs: S } });
    const request = story.submit();
    const first = story.dispatch(request);
    story.at(10 * S).stop(first.execution);
    const second = story.dispatch(request);
    story.at(11 * S).release(first.lease);
    story
      .at(20 * S)
      .stop(second.execution)
      .release(second.lease)
      .end(request);
    expect(brokenIn(story.finish())).toEqual([]);
  });
});

describe('a request that will never end', () => {
  it('says since when nothing works on it, and which lease nobody released', () => {
    const story = new Story();
    const { execution } = story.dispatch(story.submit());
    story.at(10 * S).stop(execution);
    story.record('messageLost', 0, Message.done);
    expect(story.outcome('L-TERM').examples[0]?.message).toMatch(
      /is IN_PROGRESS but nothing works on it: its work ended .* ago, and nobody released lease 0, granted .* ago \(its completion was lost\); it will never end/,
    );
  });

  it('was lost on its way to the queue, while slots and runners are free', () => {
    const story = new Story();
    story.submit();
    story.record('messageLost', 0, Message.enqueue);
    const { state, examples } = story.outcome('L-TERM');
    expect(state).toBe('violated');
    expect(examples[0]?.message).toContain('since it was accepted, beside a free slot and an idle runner: nobody will ever start it');
  });

  it('may still end while no runner is there', () => {
    const story = new Story({ runners: 0 });
    story.submit();
    expect(story.outcome('L-TERM')).toMatchObject({ state: 'undecided' });
  });

  it('waits for slots that ghosts hold', () => {
    const story = new Story({ limit: 1 });
    const { execution } = story.dispatch(story.submit());
    story.at(10 * S).stop(execution);
    story.end(0);
    story.record('requeued', story.submit(), RequeueReason.accountLimit, -1);
    expect(story.outcome('L-TERM').examples[0]).toMatchObject({ request: 'req-2', leases: [0], others: ['req-1'] });
  });

  it('is a child whose parents hold all slots until it has run', () => {
    const story = new Story({ limit: 1 });
    const parent = story.submit({ serviceUs: 5 * S });
    story.dispatch(parent);
    const child = story.at(5 * S).submit();
    story.record('childAwaited', parent, child).record('requeued', child, RequeueReason.accountLimit, -1);
    const recording = story.finish();
    const [violation] = outcomeOf(recording, 'L-TERM').examples;
    expect(violation).toMatchObject({ request: 'req-2', leases: [0], others: ['req-1'] });
    expect(violation?.message).toContain('held by parents that wait');
    expect(violation?.hint).toContain('parentSlot: yield');
    // It waits for its child: that is no work that hangs.
    expect(outcomeOf(recording, 'L-HOLD').state).not.toBe('violated');
  });
});

describe('time that a law does not count', () => {
  it('a slow runner has as much more as its step says', () => {
    const slowed = (workedUs: number): string[] => {
      const story = new Story({ steps: [{ do: 'slow-runner', forUs: 5 * S, factor: 3, endpoint: 'flux' }] });
      const { lease, execution } = story.dispatch(story.submit({ serviceUs: 10 * S }));
      story.record('step', 0).record('runnerSlowed', 0, 0, 1);
      story.at(5 * S).record('faultOver', 0);
      story.at(workedUs).stop(execution).release(lease).end(0);
      return brokenIn(story.finish());
    };
    expect(slowed(30 * S)).toEqual([]);
    expect(slowed(37 * S)).toEqual(['L-HOLD']);
  });

  it('a bound on holds takes the place of the service time', () => {
    const hung = (killedUs: number): string[] => {
      const story = new Story({ policy: { maxHoldUs: 60 * S } });
      const { lease, execution } = story.dispatch(story.submit({ serviceUs: S }));
      story.record('runnerHung', 0, 0, 1);
      story.at(killedUs).stop(execution).takeBack(lease).end(0, Outcome.failed);
      return brokenIn(story.finish());
    };
    expect(hung(60 * S)).toEqual([]);
    expect(hung(62 * S)).toEqual(['L-HOLD']);
  });

  it('work conservation: who sleeps between two attempts does not wait', () => {
    const story = new Story({ policy: { promises: ['work-conserving'] } });
    const request = story.submit();
    const { lease, execution } = story.dispatch(request);
    story.at(S).stop(execution).release(lease);
    story.record('requeued', request, RequeueReason.attemptFailed, 20_000);
    story.at(21 * S).serve(request);
    expect(brokenIn(story.finish())).toEqual([]);
  });

  it('work conservation: the tick of the line is part of the window', () => {
    const woken = (atUs: number): string[] => {
      const story = new Story({ policy: { promises: ['work-conserving'], wakeEveryUs: S } });
      const request = story.submit();
      story.record('requeued', request, RequeueReason.accountLimit, -1);
      story.at(atUs).serve(request);
      return brokenIn(story.finish());
    };
    expect(woken(S)).toEqual([]);
    expect(woken(S + 1)).toEqual(['L-WC']);
  });

  it('bypassing: a fault may mix up the line, and the count begins anew', () => {
    const story = new Story({ policy: { promises: ['fifo'] } });
    const old = story.submit();
    story.record('messageDelayed', old, Message.enqueue);
    for (let n = 0; n < 8; n++) story.serve(story.submit(), 100 * MS);
    story.serve(old);
    expect(brokenIn(story.finish())).toEqual([]);
  });
});

describe('views and ledgers', () => {
  it('the list of slots and their number must agree', () => {
    const story = new Story();
    story.dispatch(story.submit());
    story.record('usageShown', 0, 1, 0);
    expect(story.outcome('S-VIS').examples[0]?.message).toBe('account acme is shown 1 slots in use, but a list of 0');
  });

  it('a view may lag behind by the release latency', () => {
    const story = new Story({ policy: { releaseLatencyUs: S } });
    const { lease, execution } = story.dispatch(story.submit());
    story.at(10 * S).stop(execution);
    story
      .at(10.5 * S)
      .release(lease)
      .end(0);
    story.at(11 * S).record('usageShown', 0, 1, 1);
    story.at(12 * S).record('usageShown', 0, 1, 1);
    expect(story.outcome('S-VIS')).toMatchObject({ state: 'violated', violations: 1, examined: 2 });
  });

  it('a reconciler that sets a wrong number is blamed for it', () => {
    const story = new Story();
    story.dispatch(story.submit());
    story.record('reconciled', 0, 1, 0);
    expect(story.outcome('S-LEDGER').examples[0]).toMatchObject({ account: 'acme', request: '', hint: expect.stringContaining('both-ways') });
  });

  it('a slot that another request holds is not given back by its former owner', () => {
    const story = new Story();
    const [a, b] = [story.submit(), story.submit()];
    const { lease, execution } = story.dispatch(a);
    story
      .at(10 * S)
      .stop(execution)
      .release(lease);
    story.grant(b, lease);
    story.start(b);
    story.record('leaseReleased', a, lease, 0).at(11 * S);
    const recording = story.finish();
    expect(outcomeOf(recording, 'S-LEDGER').examples[0]).toMatchObject({ request: 'req-1', others: ['req-2'], leases: [lease] });
    expect(outcomeOf(recording, 'S-UNLEASED').examples[0]).toMatchObject({ request: 'req-2', leases: [lease] });
  });
});

describe('what a run has exercised', () => {
  it('counts every fault that found a victim, and none that did not', () => {
    const story = new Story();
    const { lease, execution } = story.dispatch(story.submit());
    for (const message of [Message.done, Message.start, Message.renew, Message.wake]) story.record('messageLost', message === Message.wake ? NONE : 0, message);
    story.record('messageDelayed', 0, Message.done).record('messageDuplicated', 0, Message.done);
    story.record('partDown', Part.store, 6).record('partUp', Part.store);
    story.record('runnerPaused', 0, 0, 1).pause(execution).record('runnerResumed', 0, 0, 1).resume(execution);
    story.record('runnerHung', 0, 0, 0).record('runnerSlowed', 0, 0, 2);
    story.forget(lease).restore(lease).record('storeLost', 1, 1, 0);
    story.record('disconnected', 0, 1).record('accountRenamed', 0, 1).record('releaseMisdirected', 0, lease);
    story.record('webhookSent', 0, 0, 1).record('redelivered', 0, 1).record('clockSkewed', Part.store, 5).record('messageRefused', 0, Message.done);
    story.record('reconciled', 0, 1, 1);
    expect(story.finish().exercised).toMatchObject({
      messages_lost: 4,
      completions_lost: 1,
      starts_lost: 1,
      renewals_lost: 1,
      wakeups_lost: 1,
      messages_delayed: 1,
      messages_duplicated: 1,
      crash_points_hit: 1,
      parts_down_busy: 1,
      runners_paused_busy: 1,
      runners_hung_busy: 0,
      runners_slowed_busy: 1,
      leases_forgotten: 1,
      leases_restored: 1,
      store_losses: 1,
      disconnected_in_progress: 1,
      renamed_in_use: 1,
      releases_misdirected: 1,
      webhooks_failed: 1,
      redeliveries: 1,
      clocks_skewed: 1,
      stale_messages_refused: 1,
      reconciliations: 0,
    });
  });
});

const NONE = -1;
