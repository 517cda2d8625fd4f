import { describe, expect, it } from 'vitest';
import type { SeenMessage } from '../../src/fuzz/message-reader.js';
import { burstArrivals, earlierStart, singleArrivals } from '../../src/fuzz/shrink/arrivals.js';
import { constantService } from '../../src/fuzz/shrink/laws.js';
import { fewerWords, shorterRecovery, simplerDurations, smallerNumbers } from '../../src/fuzz/shrink/leaves.js';
import { fewerFlows, fewerSteps, hardlyAnySteps, mergedFlows, requestsForSteps, stepsInOrder } from '../../src/fuzz/shrink/lists.js';
import { oneMessage } from '../../src/fuzz/shrink/messages.js';
import { fewerAccounts, fewerEndpoints, fewerKeys } from '../../src/fuzz/shrink/names.js';
import type { Reduction } from '../../src/fuzz/shrink/reduction.js';
import { mustReadStory } from '../../src/fuzz/story.js';
import type { ScenarioInput } from '../../src/scenario/schema.js';

type Flow = NonNullable<ScenarioInput['workload']>[number];

const ONE: Flow = { as: 'a1/k1', endpoint: 'm1', arrivals: { burst: 4, at: '3s' } };

function story(changes: Partial<ScenarioInput> = {}): ScenarioInput {
  return {
    name: 'story',
    seed: 3,
    platform: {
      policy: { preset: 'reference', stopDelay: '3s' },
      accounts: [
        { id: 'a1', limit: 4, keys: ['k1', 'k2'] },
        { id: 'a2', limit: 2, keys: ['k1'], endpointLimits: { m2: 1 } },
      ],
      endpoints: [
        { id: 'm1', service: { exponential: { mean: '8s' } } },
        { id: 'm2', service: '2s', runners: 3, owner: 'a2' },
      ],
    },
    workload: [
      ONE,
      {
        as: 'a2/k1',
        endpoint: 'm2',
        call: 'subscribe',
        startTimeout: '2700ms',
        arrivals: { poisson: '1/s', from: '2s', to: '12s' },
        child: { endpoint: 'm2' },
      },
    ],
    steps: [
      { at: '4s', do: 'revoke-key', key: 'a2/k1' },
      { at: '5123456us', do: 'cancel', account: 'a2', key: 'k1', count: 3 },
      { at: '6s', do: 'cut', link: 'runner-dispatcher', for: '4s' },
    ],
    recovery: '20m',
    ...changes,
  };
}

/** All candidates; each must be a scenario that can be run. */
function candidates(reduction: Reduction, of = story(), messages: readonly SeenMessage[] = []): ScenarioInput[] {
  const all = [...reduction.candidates(of, { seed: 3, messagesOf: () => messages })];
  return all;
}

function runnable(all: readonly ScenarioInput[]): ScenarioInput[] {
  for (const one of all) mustReadStory(one, 'candidate');
  return [...all];
}

describe('lists', () => {
  it('lose all of their steps, a half, and each alone', () => {
    const left = candidates(fewerSteps).map(({ steps }) => steps?.map((step) => step.do).join());
    expect(left[0]).toBe('');
    for (const two of ['revoke-key,cancel', 'revoke-key,cut', 'cancel,cut']) expect(left).toContain(two);
    runnable(candidates(fewerSteps));
  });

  it('keep one entry of the workload at least', () => {
    expect(candidates(fewerFlows).map(({ workload }) => workload?.length)).toEqual([1, 1]);
    expect(candidates(fewerFlows, story({ workload: [ONE] }))).toEqual([]);
  });

  it('have one step alone, or two', () => {
    const left = candidates(hardlyAnySteps).map(({ steps }) => steps?.map((step) => step.do).join());
    expect(left).toEqual(['revoke-key', 'cancel', 'cut', 'revoke-key,cancel', 'revoke-key,cut', 'cancel,cut']);
  });

  it('have another request, if that saves a step', () => {
    const steps = story().steps!.slice(0, 2);
    const all = runnable(candidates(requestsForSteps, story({ steps, workload: [{ ...ONE, arrivals: { burst: 1, at: '0s' } }] })));
    expect(all.length).toBeGreaterThan(1);
    for (const one of all) {
      expect(one.workload?.[0]?.arrivals.burst).toBe(2);
      expect(one.steps?.length).toBeLessThan(2);
    }
    expect(candidates(requestsForSteps, story({ steps: steps.slice(0, 1) }))).toEqual([]);
  });

  it('of steps are in the order of their times', () => {
    const { steps } = story();
    expect(candidates(stepsInOrder)).toEqual([]);
    expect(candidates(stepsInOrder, story({ steps: steps!.toReversed() })).map((one) => one.steps)).toEqual([steps]);
  });

  it('have entries that differ in number only as one', () => {
    const twins = story({ workload: [ONE, { ...ONE, arrivals: { burst: 2, at: '3s' } }, { ...ONE, arrivals: { burst: 1, at: '9s' } }] });
    const merged = candidates(mergedFlows, twins);
    expect(merged.map(({ workload }) => workload?.map(({ arrivals }) => arrivals.burst))).toEqual([[6, 1]]);
  });
});

describe('names', () => {
  it('of an account are those of another one, wherever they stand', () => {
    const [one] = runnable(candidates(fewerAccounts));
    expect(one?.platform.accounts?.map(({ id }) => id)).toEqual(['a1']);
    expect(one?.platform.endpoints[1]?.owner).toBe('a1');
    expect(one?.workload?.map((flow) => flow.as)).toEqual(['a1/k1', 'a1/k1']);
    expect(one?.steps?.slice(0, 2)).toEqual([
      { at: '4s', do: 'revoke-key', key: 'a1/k1' },
      { at: '5123456us', do: 'cancel', account: 'a1', count: 3 },
    ]);
  });

  it('of an endpoint and of a key are', () => {
    for (const { platform, workload } of runnable(candidates(fewerEndpoints))) {
      expect(platform.endpoints).toHaveLength(1);
      const id = platform.endpoints[0]?.id;
      expect(workload?.map((flow) => flow.endpoint)).toEqual([id, id]);
      expect(workload?.[1]?.child?.endpoint).toBe(id);
    }
    expect(runnable(candidates(fewerKeys)).map(({ workload }) => workload?.[0]?.as)).toEqual(['a1/k1', 'a1/k2']);
  });
});

describe('arrivals', () => {
  it('come all at once, when the first of them came', () => {
    const [one] = runnable(candidates(burstArrivals));
    const { burst, at } = one!.workload![1]!.arrivals;
    const [singles] = runnable(candidates(singleArrivals));
    expect(singles?.workload).toHaveLength(1 + burst!);
    expect(singles?.workload?.[1]?.arrivals).toEqual({ burst: 1, at });
  });

  it('and steps begin as early as they can', () => {
    const bursts = story({ workload: [ONE] });
    const [one] = runnable(candidates(earlierStart, bursts));
    expect(one?.workload?.[0]?.arrivals.at).toBe('0s');
    expect(one?.steps?.map(({ at }) => at)).toEqual(['1s', '2123456us', '3s']);
    expect(candidates(earlierStart, one)).toEqual([]);
  });
});

describe('leaves', () => {
  it('that need not be there are left out, but for what names something and for limits of accounts', () => {
    const all = candidates(fewerWords);
    const has = (test: (one: ScenarioInput) => boolean): boolean => all.some(test);
    expect(has(({ workload }) => workload?.[1]?.startTimeout === undefined)).toBe(true);
    expect(has(({ workload }) => workload?.[1]?.child === undefined)).toBe(true);
    expect(has(({ platform }) => (platform.policy as { stopDelay?: string }).stopDelay === undefined)).toBe(true);
    expect(has(({ platform }) => platform.policy === undefined)).toBe(false);
    expect(has(({ platform }) => platform.accounts?.[1]?.endpointLimits === undefined)).toBe(true);
    expect(has(({ platform }) => platform.accounts?.[0]?.limit === undefined)).toBe(false);
    expect(has(({ seed }) => seed === undefined)).toBe(false);
  });

  it('that are numbers become 1, half, one less', () => {
    const limits = runnable(candidates(smallerNumbers)).map(({ platform }) => platform.accounts?.[0]?.limit);
    for (const smaller of [1, 2, 3]) expect(limits).toContain(smaller);
    expect(limits).not.toContain(0);
  });

  it('that are durations become rounder first, then shorter', () => {
    const times = candidates(simplerDurations).map(({ steps }) => steps?.[1]?.at);
    expect(times).toContain('5s');
    expect(times).toContain('0s');
    const timeouts = candidates(simplerDurations).map(({ workload }) => workload?.[1]?.startTimeout);
    expect(timeouts).toContain('3s');
    expect(timeouts).not.toContain('1350ms');
  });

  it('never end: no candidate leads back to where it came from', () => {
    const durationOf = (one: ScenarioInput): string => one.workload![1]!.startTimeout as string;
    const seen = new Set<string>();
    const waiting = ['2700ms'];
    for (let now = waiting.pop(); now !== undefined; now = waiting.pop()) {
      if (seen.has(now)) continue;
      seen.add(now);
      const { workload } = story();
      const next = candidates(simplerDurations, story({ workload: [workload![0]!, { ...workload![1]!, startTimeout: now }] })).map(durationOf);
      expect(next.filter((one) => seen.has(one) && one === '2700ms' && now !== '2700ms')).toEqual([]);
      waiting.push(...next.filter((one) => one !== now));
    }
    expect(seen.size).toBeLessThan(100);
  });

  it('of recoveries are shorter', () => {
    expect(candidates(shorterRecovery).map(({ recovery }) => recovery)).toEqual(['10s', '30s', '1m', '2m', '5m', '10m']);
  });
});

describe('service', () => {
  it('that varies is constant', () => {
    expect(runnable(candidates(constantService)).map(({ platform }) => platform.endpoints[0]?.service)).toEqual(['8s', '16s', '4s']);
  });
});

describe('messages', () => {
  const seen: SeenMessage[] = [
    { atUs: 2_000_000, message: 'done', fate: 'lost' },
    { atUs: 7_500_000, message: 'done', fate: 'lost' },
    { atUs: 8_000_000, message: 'renew', fate: 'lost' },
  ];

  it('that a cut lost are lost alone: those of its link and its time', () => {
    const steps = runnable(candidates(oneMessage, story(), seen)).map((one) => one.steps?.[2]);
    expect(steps).toEqual([{ at: '7500ms', do: 'drop', message: 'done' }]);
  });

  it('that a disturbance doubled or held up are so alone', () => {
    const disturbed = story({ steps: [{ at: '1s', do: 'disturb', link: 'runner-dispatcher', duplicate: 0.5, delay: '200ms', for: '9s' }] });
    const met: SeenMessage[] = [
      { atUs: 3_000_000, message: 'done', fate: 'twice' },
      { atUs: 4_000_000, message: 'done', fate: 'late' },
    ];
    expect(runnable(candidates(oneMessage, disturbed, met)).map((one) => one.steps?.[0])).toEqual([
      { at: '3s', do: 'duplicate', message: 'done' },
      { at: '4s', do: 'delay', message: 'done', by: '1s' },
    ]);
  });
});
