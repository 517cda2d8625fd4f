import makeFair from '../../examples/fair-limiter.js';
import type { LimiterSource, LimiterTerms, SlotAsk, SlotLimiter, Token } from '../../src/core/own-limiter-terms.js';
import { mustReadStory } from '../../src/fuzz/story.js';
import { runTrial, type TrialOutcome } from '../../src/fuzz/trial.js';
import type { ScenarioInput } from '../../src/scenario/schema.js';
import type { RunSink } from '../../src/sim/simulation.js';

/** The fair limiter with some of its answers changed. */
export type Change = (fair: SlotLimiter, terms: LimiterTerms) => Partial<SlotLimiter>;

export function sourceOf(change: Change = () => ({})): LimiterSource {
  return {
    file: 'mine.ts',
    make: (terms) => {
      const fair = makeFair(terms);
      return Object.assign(bound(fair), change(fair, terms));
    },
  };
}

/** One call as the limiter saw it. */
export interface Called {
  readonly method: keyof SlotLimiter;
  readonly given: readonly unknown[];
  readonly answer: unknown;
}

/** The fair limiter, every call of which is written down. */
export function listening(calls: Called[]): LimiterSource {
  return sourceOf((fair) => {
    const heard: Record<string, unknown> = {};
    for (const [method, answerTo] of Object.entries(bound(fair))) {
      heard[method] = (...given: unknown[]) => {
        const answer: unknown = (answerTo as (...given: unknown[]) => unknown)(...given);
        calls.push({ method: method as keyof SlotLimiter, given, answer });
        return answer;
      };
    }
    return heard;
  });
}

function bound(fair: SlotLimiter): SlotLimiter {
  return {
    acquire: (ask: SlotAsk) => fair.acquire(ask),
    renew: (token: Token, nowMs: number) => fair.renew(token, nowMs),
    release: (token: Token, nowMs: number) => fair.release(token, nowMs),
    reap: (nowMs: number) => fair.reap(nowMs),
    setLimit: (scope: string, limit: number, nowMs: number) => fair.setLimit(scope, limit, nowMs),
    inUse: (scope: string) => fair.inUse(scope),
    snapshot: () => fair.snapshot?.(),
    restore: (copy: unknown, nowMs: number) => fair.restore?.(copy, nowMs),
  };
}

/** Requests of one account to one endpoint, ten runners, leases of ten seconds. */
export function story(changes: Partial<ScenarioInput> = {}): ScenarioInput {
  return {
    name: 'own-limiter',
    seed: 7,
    platform: platform(),
    workload: [{ as: 'acme', endpoint: 'model', arrivals: { burst: 6, at: '0s' } }],
    recovery: '5m',
    ...changes,
  };
}

export function platform(policy: object = {}, changes: object = {}): ScenarioInput['platform'] {
  return {
    policy: { preset: 'reference', lease: { ttl: '10s', renewEvery: '3s', reapEvery: '2s' }, ...policy },
    accounts: [{ id: 'acme', limit: 2 }],
    endpoints: [{ id: 'model', service: '5s', runners: 10 }],
    ...changes,
  } as ScenarioInput['platform'];
}

export function run(input: ScenarioInput, limiter?: LimiterSource, reader?: RunSink): TrialOutcome {
  return runTrial(mustReadStory(input, 'the story'), input.seed ?? 7, reader, undefined, limiter);
}

/** Invariants that a run broke. */
export function brokenIn({ failure, invariants }: TrialOutcome): string[] {
  if (failure !== undefined && failure.kind !== 'invariant') throw new Error(`expected verdicts, got ${failure.kind}: ${failure.message}`);
  return invariants.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
}
