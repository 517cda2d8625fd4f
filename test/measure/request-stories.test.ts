import { describe, expect, it } from 'vitest';
import { ExecutionEnd, Outcome } from '../../src/core/history.js';
import type { RequestStories, RequestStory } from '../../src/measure/request-story.js';
import { prepareScenario } from '../../src/prepare.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { runScenario } from '../helpers/scenario.js';
import { S } from '../helpers/world.js';
import { Story } from './story.js';

const SLEEPS_1S = 1_000;
const ACCOUNT_LIMIT = 1;
const BACKOFF = { waiting: 'backoff' } as const;

function storiesOf(story: Story) {
  return story.finish().evidence!.stories;
}

function theStory(story: Story): RequestStory {
  const { stories } = storiesOf(story);
  expect(stories).toHaveLength(1);
  return stories[0] as RequestStory;
}

/** `queued 0-2`, in seconds. */
function spansOf({ spans }: RequestStory): string[] {
  return spans.map(({ kind, fromUs, toUs }) => `${kind} ${fromUs / S}-${toUs === undefined ? '' : toUs / S}`);
}

describe('the story of a request', () => {
  it('tells its waiting, its sleeps one by one, and its work', () => {
    const story = new Story({ policy: BACKOFF });
    const request = story.submit();
    story.at(2 * S).record('requeued', request, ACCOUNT_LIMIT, SLEEPS_1S);
    story.at(3 * S).record('requeued', request, ACCOUNT_LIMIT, SLEEPS_1S);
    story.at(4 * S).serve(request, 10 * S);
    const told = theStory(story);
    expect(spansOf(told)).toEqual(['queued 0-2', 'requeued 2-3', 'requeued 3-4', 'working 4-14']);
    expect(told).toMatchObject({
      request: 'req-1',
      mode: 'submit',
      reasons: ['slow'],
      startedUs: 4 * S,
      endedUs: 14 * S,
      outcome: 'ok',
      requeues: 2,
      attempts: 1,
      spansHidden: 0,
    });
  });

  it('calls it queued, not asleep, when it waits in line to be woken', () => {
    const story = new Story();
    const request = story.submit();
    story.record('requeued', request, ACCOUNT_LIMIT, -1);
    story.at(3 * S).serve(request, S);
    expect(spansOf(theStory(story))).toEqual(['queued 0-3', 'working 3-4']);
  });

  it('does not know a span that takes no time', () => {
    const story = new Story();
    const request = story.submit();
    const lease = story.grant(request);
    const execution = story.start(request);
    story
      .at(5 * S)
      .stop(execution)
      .release(lease)
      .end(request);
    expect(spansOf(theStory(story))).toEqual(['working 0-5']);
  });

  it('lets a ghost begin where the live work in its slot ends, and go on until the slot comes back', () => {
    const story = new Story();
    const request = story.submit();
    const { lease, execution } = story.dispatch(request);
    story
      .at(4 * S)
      .stop(execution)
      .end(request, Outcome.revoked);
    story.at(9 * S).release(lease);
    const told = theStory(story);
    expect(spansOf(told)).toEqual(['working 0-4', 'ghost 4-9']);
    expect(told).toMatchObject({ reasons: ['slow', 'failed', 'ghost'], outcome: 'revoked', endedUs: 4 * S });
  });

  it('leaves a ghost open that never comes back, and its request with it', () => {
    const story = new Story();
    const { execution } = story.dispatch(story.submit());
    story.at(4 * S).stop(execution);
    const told = theStory(story);
    expect(spansOf(told)).toEqual(['working 0-4', 'ghost 4-']);
    expect(told).toMatchObject({ reasons: ['slow', 'ghost', 'open'], outcome: 'lost', endedUs: undefined });
  });

  it('tells of work that was lost and done again in another slot', () => {
    const story = new Story();
    const request = story.submit();
    const { lease, execution } = story.dispatch(request);
    story
      .at(2 * S)
      .stop(execution, ExecutionEnd.crashed)
      .release(lease);
    story.record('requeued', request, 3, 5_000);
    story.at(7 * S).serve(request, S);
    expect(spansOf(theStory(story))).toEqual(['working 0-2', 'requeued 2-7', 'working 7-8']);
  });

  it('stays at work while the queue has it back too, and says afterwards for how long it still sleeps', () => {
    const story = new Story({ policy: BACKOFF });
    const request = story.submit();
    const { lease, execution } = story.dispatch(request);
    story.at(2 * S).release(lease);
    story.record('requeued', request, 3, 10_000);
    story.at(5 * S).stop(execution);
    story.at(12 * S).serve(request, S);
    expect(spansOf(theStory(story))).toEqual(['working 0-5', 'requeued 5-12', 'working 12-13']);
  });

  it('waits in line after work that outlived its slot, where nobody has told it to sleep', () => {
    const story = new Story();
    const request = story.submit();
    const { lease, execution } = story.dispatch(request);
    story.at(2 * S).release(lease);
    story.record('requeued', request, 3, -1);
    story.at(5 * S).stop(execution);
    story.at(6 * S).serve(request, S);
    expect(spansOf(theStory(story))).toEqual(['working 0-5', 'queued 5-6', 'working 6-7']);
  });

  it('tells of a ghost also while other work of the same request hides it', () => {
    const story = new Story();
    const request = story.submit();
    const ghost = story.grant(request);
    story.at(3 * S).grant(request);
    const execution = story.start(request);
    story.at(8 * S).stop(execution);
    story.at(9 * S).release(ghost);
    const { evidence } = story.finish();
    const [told] = evidence!.stories.stories;
    expect(spansOf(told!)).toEqual(['ghost 0-3', 'working 3-8', 'ghost 8-']);
    expect(told!.ghosts).toEqual([
      { fromUs: 0, toUs: 9 * S },
      { fromUs: 8 * S, toUs: undefined },
    ]);
  });

  it('ends a ghost, and begins another hold, where work begins in the same slot again', () => {
    const story = new Story();
    const request = story.submit();
    const { lease, execution } = story.dispatch(request);
    story.at(4 * S).stop(execution);
    const again = story.at(9 * S).start(request);
    story
      .at(12 * S)
      .stop(again)
      .release(lease)
      .end(request);
    const { holds, stories } = story.finish().evidence!;
    const [told] = stories.stories;
    expect(spansOf(told!)).toEqual(['working 0-4', 'ghost 4-9', 'working 9-12']);
    expect(told!.ghosts).toEqual([{ fromUs: 4 * S, toUs: 9 * S }]);
    expect(holds.map(({ fromUs, ghostFromUs, toUs }) => [fromUs, ghostFromUs, toUs])).toEqual([
      [0, 4 * S, 9 * S],
      [9 * S, undefined, 12 * S],
    ]);
  });

  it('takes waiting for a runner apart into boot and line', () => {
    const story = new Story();
    const request = story.submit();
    story.at(S).record('waitingForRunner', request);
    story.at(2 * S).record('runnerBooting', 0, 0);
    story.at(5 * S).record('runnerReady', 0, 0);
    story.at(6 * S).serve(request, S);
    expect(spansOf(theStory(story))).toEqual(['queued 0-1', 'waiting-for-runner 1-2', 'cold-start 2-5', 'waiting-for-runner 5-6', 'working 6-7']);
  });

  it('tells apart 40 sleeps, joins those after them to the last, and says how many', () => {
    const story = new Story({ policy: BACKOFF });
    const request = story.submit();
    for (let second = 1; second <= 100; second++) story.at(second * S).record('requeued', request, ACCOUNT_LIMIT, SLEEPS_1S);
    story.at(101 * S).serve(request, S);
    const told = theStory(story);
    expect(told.spans).toHaveLength(41);
    expect(spansOf(told).slice(-2)).toEqual(['requeued 39-101', 'working 101-102']);
    expect(told.spansHidden).toBe(61);
  });

  it('leaves out what comes after 60 spans, and lets the last one end where it did', () => {
    const story = new Story();
    const request = story.submit();
    for (let round = 0; round < 40; round++) {
      const { lease, execution } = story.at(2 * round * S).dispatch(request);
      story
        .at((2 * round + 1) * S)
        .stop(execution, ExecutionEnd.crashed)
        .release(lease)
        .record('requeued', request, 3, 1_000);
    }
    story.at(80 * S).serve(request, S);
    const told = theStory(story);
    expect(told.spans).toHaveLength(60);
    expect(spansOf(told).at(-1)).toBe('requeued 59-60');
    expect(told.spansHidden).toBe(21);
  });
});

describe('which requests are listed', () => {
  it('the 200 that waited longest for their first start, and says how many had one', () => {
    const story = new Story({ limit: 1_000 });
    for (let n = 1; n <= 300; n++) {
      const request = story.at(100 * n * S).submit();
      // Neither in rising nor in falling order.
      story.at((100 * n + 1 + ((n * 7) % 300) / 10) * S).serve(request, S);
    }
    const { stories, counts, total } = storiesOf(story);
    expect(stories).toHaveLength(200);
    expect(counts.slow).toBe(300);
    expect(total).toBe(300);
    const waits = stories.map(({ calledUs, startedUs }) => (startedUs! - calledUs) / S);
    expect(Math.min(...waits)).toBeCloseTo(11);
    expect(Math.max(...waits)).toBeCloseTo(30.9);
  });

  it('failures of every outcome, though one of them is by far the most frequent', () => {
    const story = new Story();
    for (let n = 0; n < 1_000; n++) story.end(story.submit(), Outcome.startTimeout);
    for (let n = 0; n < 6; n++) story.end(story.submit(), Outcome.revoked);
    const { stories, counts } = storiesOf(story);
    expect(counts.failed).toBe(1_006);
    expect(stories.filter(({ outcome }) => outcome === 'revoked')).toHaveLength(6);
    expect(stories.filter(({ outcome }) => outcome === 'start_timeout')).toHaveLength(194);
  });

  it('of those that never ended the ones that wait longest', () => {
    const story = new Story();
    for (let n = 0; n < 150; n++) story.at(n * S).submit();
    const { stories, counts } = storiesOf(story);
    expect(counts).toEqual({ slow: 0, failed: 0, ghost: 0, open: 150 });
    expect(stories.map(({ request }) => request)).toEqual(Array.from({ length: 100 }, (_, n) => `req-${n + 1}`));
    expect(stories[0]).toMatchObject({ outcome: 'waiting', reasons: ['open'], startedUs: undefined, endedUs: undefined });
  });

  it('every ghost up to 500', () => {
    const story = new Story({ limit: 1_000 });
    for (let n = 0; n < 600; n++) {
      const { execution } = story.dispatch(story.submit());
      story.at((n + 1) * S).stop(execution);
    }
    const { stories, counts } = storiesOf(story);
    expect(counts.ghost).toBe(600);
    expect(stories.filter(({ reasons }) => reasons.includes('ghost')).length).toBeGreaterThanOrEqual(500);
  });
});

describe('the story of a direct call', () => {
  const PLATFORM = {
    policy: 'fal-documented',
    accounts: [{ id: 'acme', limit: 1 }],
    endpoints: [{ id: 'flux', service: '5s', runners: { min: 0, max: 4, coldStart: '1s' } }],
  };

  function storiesOfCalls(arrivals: readonly unknown[]): readonly RequestStory[] {
    return callsOf(arrivals).stories;
  }

  function callsOf(arrivals: readonly unknown[], steps: readonly unknown[] = []): RequestStories {
    const workload = arrivals.map((when) => ({ as: 'acme', call: 'run', arrivals: when }));
    const [variant] = prepareScenario(sourceOfData('test', { name: 'direct', platform: PLATFORM, workload, steps, recovery: '10m' })).variants;
    return runScenario(variant!.scenario, { evidence: true }).evidence!.stories!;
  }

  const kindsOf = ({ spans }: RequestStory): string[] => spans.map(({ kind }) => kind);

  it('tells of the boot that it waits for with a slot in hand', () => {
    const [call] = storiesOfCalls([{ burst: 1, at: '0s' }]);
    expect(spansOf(call!)).toEqual(['cold-start 0-1', 'working 1-6']);
  });

  it('tells every sleep of its client until it is accepted', () => {
    const calls = storiesOfCalls([
      { burst: 1, at: '0s' },
      { burst: 1, at: '5s' },
    ]);
    const late = calls.find(({ attempts }) => attempts > 1)!;
    expect(late).toMatchObject({ request: 'req-2', mode: 'run', outcome: 'ok', calledUs: 5 * S });
    const sleeps = kindsOf(late).filter((kind) => kind === 'client-backoff');
    expect(sleeps).toHaveLength(late.attempts - 1);
    expect(kindsOf(late).at(-1)).toBe('working');
  });

  it('tells of a call that was never accepted, under a name of its own', () => {
    const calls = storiesOfCalls([{ burst: 2, at: '0s' }]);
    const inVain = calls.find(({ request }) => request === 'call-1')!;
    expect(inVain).toMatchObject({ outcome: 'gave_up', reasons: ['failed'], calledUs: 0, startedUs: undefined });
    expect(kindsOf(inVain)).toEqual(Array(inVain.attempts - 1).fill('client-backoff'));
    expect(inVain.spans.at(-1)?.toUs).toBe(inVain.endedUs);
  });

  it('takes nobody for one who was turned away because somebody else of the same instant was', () => {
    const workload = [
      { as: 'acme', call: 'run', arrivals: { burst: 2, at: '0s' } },
      { as: 'acme', call: 'submit', arrivals: { burst: 1, at: '0s' } },
    ];
    const [variant] = prepareScenario(sourceOfData('test', { name: 'both', platform: PLATFORM, workload, recovery: '10m' })).variants;
    const { stories } = runScenario(variant!.scenario, { evidence: true }).evidence!.stories!;
    const submitted = stories.find(({ mode }) => mode === 'submit')!;
    expect(kindsOf(submitted)).not.toContain('client-backoff');
  });

  it('goes on in the request that follows upon lost work', () => {
    const { stories: calls, total } = callsOf([{ burst: 1, at: '0s' }], [{ at: '3s', do: 'crash-runner', endpoint: 'flux' }]);
    const lost = calls.find(({ request }) => request === 'req-1')!;
    expect(spansOf(lost)).toEqual(['cold-start 0-1', 'working 1-3']);
    expect(lost).toMatchObject({ outcome: 'failed', reasons: ['slow', 'failed'] });
    // To its caller both requests are one.
    expect(total).toBe(1);
  });

  it('is the rest of the lost request where no other one follows', () => {
    const steps = [
      { at: '3s', do: 'crash-runner', endpoint: 'flux' },
      { at: '3.1s', do: 'revoke-key', key: 'acme/key' },
    ];
    const { stories, total, counts } = callsOf([{ burst: 1, at: '0s' }], steps);
    expect(total).toBe(1);
    expect(counts).toEqual({ slow: 1, failed: 1, ghost: 0, open: 0 });
    const [lost, ...others] = stories;
    expect(others).toEqual([]);
    expect(lost).toMatchObject({ request: 'req-1', outcome: 'failed', endedUs: 3 * S });
    expect(lost!.attempts).toBeGreaterThan(1);
    expect(kindsOf(lost!)).toEqual(['cold-start', 'working', ...Array(lost!.attempts - 1).fill('client-backoff')]);
  });
});
