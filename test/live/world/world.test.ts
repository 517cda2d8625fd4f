import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/live/models/model-error.js';
import { ACME, LiveStory } from './live-story.js';

describe('requests on the wall clock', () => {
  it('start while there are slots, wait in order, and end after their service time', () => {
    const story = new LiveStory();
    const requests = story.submitMany(5);
    expect(story.states(requests)).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'IN_QUEUE', 'IN_QUEUE', 'IN_QUEUE']);
    expect(requests.map((request) => request.queuePosition())).toEqual([0, 0, 0, 1, 2]);
    story.seconds(10);
    expect(story.states(requests)).toEqual(['COMPLETED', 'COMPLETED', 'IN_PROGRESS', 'IN_PROGRESS', 'IN_QUEUE']);
    story.seconds(20);
    expect(requests.map((request) => request.outcome)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(requests[0]?.inferenceUs).toBe(10_000_000);
  });

  it('of other accounts stand in the same queue, but do not stand in the way (#60)', () => {
    const story = new LiveStory();
    story.submitMany(4);
    const other = story.submit('acme/slow', { as: 'other-id:other-secret' });
    expect(other.state).toBe('IN_PROGRESS');
  });

  it('of low priority go last', () => {
    const story = new LiveStory();
    story.submitMany(2);
    const low = story.submit('acme/slow', { low: true });
    const normal = story.submit();
    expect([normal.queuePosition(), low.queuePosition()]).toEqual([0, 1]);
    story.world.cancel(normal);
    expect(low.queuePosition()).toBe(0);
  });

  it('are refused by fal_max_queue_length alone: nothing is enqueued (#38)', () => {
    const story = new LiveStory();
    story.submitMany(4);
    const before = story.world.endpoints()[0]?.queued;
    expect(story.world.submit(story.order('acme/slow', { maxQueueLength: 1 }))).toMatchObject({ refused: 'queue-full' });
    expect(story.world.endpoints()[0]?.queued).toBe(before);
    story.submit('acme/slow', { maxQueueLength: 2 });
  });

  it('made directly are refused at the limit, which is said (#19, #57)', () => {
    const story = new LiveStory();
    const answers = Array.from({ length: 5 }, () => story.world.call(story.order('acme/slow')));
    expect(answers.filter((answer) => 'id' in answer)).toHaveLength(2);
    expect(answers[2]).toMatchObject({ refused: 'limit', limit: 2, reason: 'Reached concurrent requests limit of 2' });
  });

  it('of a locked account are refused, and its status is still told (#80)', () => {
    const story = new LiveStory();
    const request = story.submit();
    story.world.lock('acme', 'Exhausted balance');
    expect(story.world.submit(story.order('acme/slow'))).toMatchObject({ refused: 'locked', reason: 'Exhausted balance' });
    expect(story.world.find(request.id)?.state).toBe('IN_PROGRESS');
    story.world.lock('acme', undefined);
    story.submit();
  });

  it('are told to whoever watches them, and no more after their end', () => {
    const story = new LiveStory();
    const heard: string[] = [];
    const [, , waiting] = story.submitMany(3);
    waiting?.watch((change) => heard.push(`${change} ${waiting.state}`));
    story.seconds(10);
    expect(heard).toEqual(['state IN_PROGRESS']);
    story.seconds(60);
    expect(heard).toEqual(['state IN_PROGRESS', 'end COMPLETED']);
  });

  it('can be called at endpoints that the scenario does not name, but not at any number of them', () => {
    const story = new LiveStory();
    expect(story.submit('nobody/knows').state).toBe('IN_PROGRESS');
    let refused: unknown;
    for (let n = 0; n < 1_100 && refused === undefined; n++) {
      const answer = story.world.submit(story.order(`nobody/knows-${n}`, { as: 'other-id:other-secret' }));
      if ('refused' in answer) refused = answer.refused;
    }
    expect(refused).toBe('too-many-endpoints');
  });

  it('are forgotten an hour after their end, large results after six minutes (#49)', () => {
    const story = new LiveStory({ handlers: {} });
    const small = story.submit('acme/quick');
    const large = story.submit('acme/quick', { input: { text: 'x'.repeat(11_000) } });
    story.seconds(5 * 60);
    expect(story.states([small, large])).toEqual(['COMPLETED', 'COMPLETED']);
    story.seconds(2 * 60);
    expect(story.states([small, large])).toEqual(['COMPLETED', 'gone']);
    story.seconds(60 * 60);
    expect(story.states([small])).toEqual(['gone']);
  });
});

describe('slots as their account sees them', () => {
  const stranding = { ...ACME, policy: { preset: 'fal-939', selfService: true } } as const;

  it('name their holder, their age and why they are held', () => {
    const story = new LiveStory();
    const request = story.submit();
    story.seconds(3);
    expect(story.world.slotsOf('acme')).toMatchObject([
      { requestId: request.id, endpoint: 'acme/slow', ageUs: 3_000_000, reason: 'working', isKeyRevoked: false },
    ]);
    expect(story.world.slotsOf('other')).toEqual([]);
  });

  it('of a revoked key are ghosts under fal-939 once their work has ended: six of six, and nothing starts any more (#75)', () => {
    const story = new LiveStory({ platform: { ...stranding, accounts: [{ id: 'acme', limit: 6, keys: ['old', 'new'] }] } });
    story.submitMany(6);
    story.world.keys.revoke('acme', 'old-id');
    story.seconds(30);
    const slots = story.world.slotsOf('acme');
    expect(slots.map((slot) => slot.reason)).toEqual(Array(6).fill('ghost'));
    expect(slots[0]).toMatchObject({ isKeyRevoked: true, explanation: 'its key was revoked, and the end of its work was dropped' });
    const next = story.submit('acme/slow', { as: 'new-id:new-secret' });
    story.seconds(120);
    expect(story.states([next])).toEqual(['IN_QUEUE']);
    expect(story.world.platform().ghosts).toBe(6);
  });

  it('come back at revocation under the reference policy (#76)', () => {
    const story = new LiveStory();
    story.submitMany(2);
    story.world.keys.revoke('acme', 'old-id');
    const next = story.submit('acme/slow', { as: 'new-id:new-secret' });
    story.seconds(5);
    expect(story.states([next])).toEqual(['IN_PROGRESS']);
    expect(story.world.platform().ghosts).toBe(0);
  });

  it('are released one by one by their owner, where the platform offers that and they are stuck', () => {
    const story = new LiveStory({ platform: stranding });
    story.submitMany(2);
    story.world.keys.revoke('acme', 'old-id');
    const [working] = story.world.slotsOf('acme');
    expect(story.world.releaseSlot('acme', working!.id)).toBe('not-stuck');
    story.seconds(30);
    const [ghost] = story.world.slotsOf('acme');
    expect(story.world.releaseSlot('other', ghost!.id)).toBe('unknown');
    expect(story.world.releaseSlot('acme', ghost!.id)).toBe('released');
    expect(story.world.releaseSlot('acme', ghost!.id)).toBe('unknown');
    expect(story.world.releaseStuck('acme')).toEqual({ released: 1, offered: true });
    expect(story.world.slotsOf('acme')).toEqual([]);
  });

  it('stay under fal-939, which offers nothing of the kind', () => {
    const story = new LiveStory({ platform: { ...ACME, policy: 'fal-939' } });
    story.submit();
    story.world.keys.revoke('acme', 'old-id');
    story.seconds(30);
    expect(story.world.releaseSlot('acme', story.world.slotsOf('acme')[0]!.id)).toBe('not-offered');
    expect(story.world.releaseStuck('acme')).toEqual({ released: 0, offered: false });
  });
});

describe('keys', () => {
  it('are kept as hashes, and shown once', () => {
    const story = new LiveStory();
    const made = story.world.keys.create('acme', 'deploy', 'API');
    expect(story.world.keys.authenticate(made.credentials)).toMatchObject({ account: 'acme', scope: 'API' });
    expect(JSON.stringify(story.world.keys.list('acme'))).not.toContain(made.credentials.split(':')[1]);
  });

  it('that are wrong, unknown or revoked open nothing', () => {
    const story = new LiveStory();
    const { keys } = story.world;
    for (const wrong of ['', ':', 'old-id', 'old-id:', 'old-id:new-secret', 'no-id:old-secret', 'old-id:old-secret '])
      expect(keys.authenticate(wrong), wrong).toBeUndefined();
    expect(keys.revoke('other', 'old-id')).toBe(false);
    expect(keys.authenticate('old-id:old-secret')).toBeDefined();
    const heard: string[] = [];
    keys.onRevoked((id) => heard.push(id));
    expect(keys.revoke('acme', 'old-id')).toBe(true);
    expect(keys.authenticate('old-id:old-secret')).toBeUndefined();
    expect(heard).toEqual(['old-id']);
  });

  it('lend themselves as tokens, for some apps and for a while', () => {
    const story = new LiveStory();
    const { keys } = story.world;
    const caller = keys.authenticate('old-id:old-secret')!;
    const token = keys.issueToken(caller, ['slow'], 120);
    expect(keys.authenticateToken(token, 'acme/slow')).toEqual(caller);
    expect(keys.authenticateToken(token, 'acme/quick')).toBeUndefined();
    story.seconds(120);
    expect(keys.authenticateToken(token, 'acme/slow')).toBeUndefined();
    const second = keys.issueToken(caller, [], 120);
    keys.revoke('acme', 'old-id');
    expect(keys.authenticateToken(second, 'acme/slow')).toBeUndefined();
  });
});

describe('models of the user’s own', () => {
  /** Lets promises have their turn. */
  const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('hold their slot until they are done, and answer what they return', async () => {
    let finish = (_value: string): void => {};
    const story = new LiveStory({
      handlers: {
        'acme/slow': async ({ input, log }) => {
          log('begun');
          return { said: await new Promise<string>((resolve) => (finish = resolve)), input };
        },
      },
    });
    const request = story.submit('acme/slow', { input: { a: 1 } });
    story.seconds(100);
    expect(request.state).toBe('IN_PROGRESS');
    await breathe();
    finish('yes');
    await breathe();
    expect(story.world.find(request.id)).toMatchObject({ state: 'COMPLETED', outcome: 'ok' });
    expect(JSON.parse(request.answer!.body)).toEqual({ said: 'yes', input: { a: 1 } });
    expect(request.logs.map(({ message }) => message)).toEqual(['begun']);
    expect(story.world.slotsOf('acme')).toEqual([]);
  });

  it('are tried again after a 503, and hear that they are not wanted any more', async () => {
    const attempts: number[] = [];
    const aborted: boolean[] = [];
    const story = new LiveStory({
      handlers: {
        'acme/slow': ({ attempt, signal }) => {
          attempts.push(attempt);
          if (attempt === 1) throw new ModelError(503, 'gone');
          return new Promise((_, reject) =>
            signal.addEventListener('abort', () => {
              aborted.push(true);
              reject(signal.reason);
            }),
          );
        },
      },
    });
    const request = story.submit('acme/slow');
    await breathe();
    expect(story.states([request])).toEqual(['IN_QUEUE']);
    story.seconds(30);
    expect(attempts).toEqual([1, 2]);
    expect(request.gatewayRequestId).not.toBe(request.id);
    expect(story.world.cancel(request)).toBe('accepted');
    expect(aborted).toEqual([true]);
    story.seconds(5);
    expect(request.outcome).toBe('cancelled');
    expect(story.world.cancel(request)).toBe('already-completed');
  });

  it('are stopped when they take longer than their request_timeout', async () => {
    let aborted = 0;
    const story = new LiveStory({
      platform: { ...ACME, endpoints: [{ id: 'acme/slow', service: '1s', requestTimeout: '5s' }] },
      handlers: {
        'acme/slow': ({ signal }) =>
          new Promise(() => {
            signal.addEventListener('abort', () => aborted++);
          }),
      },
    });
    const direct = story.call('acme/slow');
    story.seconds(6);
    await breathe();
    expect(aborted).toBe(1);
    expect(direct).toMatchObject({ state: 'COMPLETED', outcome: 'failed', failure: { errorType: 'request_timeout' }, answer: { status: 504 } });
  });

  it('that throw are a 500 without their words', async () => {
    const story = new LiveStory({
      handlers: {
        'acme/slow': () => {
          throw new Error('the secret of the house');
        },
      },
    });
    const request = story.submit('acme/slow');
    await breathe();
    expect(request.answer?.status).toBe(500);
    expect(request.answer?.body).not.toContain('secret');
  });
});

describe('what runners and deadlines do', () => {
  it('a start timeout ends who waits with 504 user, and touches no runner (#27)', () => {
    const story = new LiveStory();
    story.submitMany(2);
    const late = story.submit('acme/slow', { startTimeoutUs: 2_000_000 });
    story.seconds(2);
    expect(late).toMatchObject({ outcome: 'startTimeout', attempts: 0, answer: { status: 504, headers: { 'x-fal-request-timeout-type': 'user' } } });
  });

  it('a runner hint leads to the runner that served it (#73)', () => {
    const story = new LiveStory({ platform: { ...ACME, endpoints: [{ id: 'acme/slow', service: '1s', runners: 3 }] } });
    const first = story.submit('acme/slow', { hint: 'session-1' });
    story.submit('acme/slow');
    story.seconds(2);
    const second = story.submit('acme/slow', { hint: 'session-1' });
    expect(second.runner).toBe(first.runner);
  });

  it('a lost runner: the queue request is tried again, the direct call is a 503 (#35)', () => {
    const story = new LiveStory({ platform: { ...ACME, endpoints: [{ id: 'acme/slow', service: '10s', runners: 3 }] } });
    const direct = story.call();
    story.world.perform({ do: 'crash-runner', atUs: 0, endpoint: 'acme/slow', count: 1 });
    expect(direct).toMatchObject({ outcome: 'failed', answer: { status: 503 }, failure: { errorType: 'runner_disconnected' } });
    const queued = story.submit();
    story.world.perform({ do: 'crash-runner', atUs: 0, endpoint: 'acme/slow', count: 1 });
    expect(queued.state).toBe('IN_QUEUE');
    story.seconds(60);
    expect(queued).toMatchObject({ outcome: 'ok', attempts: 2 });
    expect(story.world.platform().incidents).toHaveLength(2);
  });

  it('scripted steps come at their time', () => {
    const story = new LiveStory({ steps: [{ at: '4s', do: 'revoke-key', key: 'acme/old' }] });
    story.submit();
    story.seconds(3);
    expect(story.world.keys.authenticate('old-id:old-secret')).toBeDefined();
    story.seconds(1);
    expect(story.world.keys.authenticate('old-id:old-secret')).toBeUndefined();
  });
});
