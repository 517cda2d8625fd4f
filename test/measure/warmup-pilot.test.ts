import { describe, expect, it } from 'vitest';
import { planExpectations } from '../../src/measure/expectations.js';
import type { PreparedScenario, PreparedVariant } from '../../src/prepare.js';
import { prepareScenario } from '../../src/prepare.js';
import { assembleResult } from '../../src/result-file.js';
import { runToEnd, ScenarioRun } from '../../src/run.js';
import { parseSource } from '../../src/scenario/source.js';
import type { Scenario, WarmupSpec } from '../../src/scenario/types.js';
import { decideWarmups, findWarmup, PILOT_SEEDS, type PilotRun } from '../../src/warmup-pilot.js';
import { account, endpoint, flow, scenario } from '../helpers/scenario.js';
import { MINUTE, policyOf, S } from '../helpers/world.js';

const LOAD_US = 60 * MINUTE;

/** One slot, first come first served, 10 s of work in the mean: an M/M/1 queue. @param load arrivals for each that can be served */
function queue(load: number, warmup?: WarmupSpec): Scenario {
  return scenario({
    policy: policyOf('fal-documented', { waiting: 'fifo' }),
    accounts: [account({ limit: 1 })],
    endpoints: [endpoint({ service: { kind: 'exponential', meanUs: 10 * S } })],
    workload: [flow({ arrivals: { kind: 'poisson', perSecond: load / 10, fromUs: 0, toUs: LOAD_US } })],
    warmup,
  });
}

function variantOf(what: Scenario, name?: string): PreparedVariant {
  return { name, description: '', scenario: what, plan: planExpectations(what.expect).plan };
}

function pilot(seen: number[] = []): PilotRun {
  return (variant, seed) => {
    seen.push(seed);
    const noTrace = (): never => expect.unreachable();
    return Promise.resolve(runToEnd(new ScenarioRun(variant.scenario, variant.plan, { seed, variant: undefined, evidence: true, traceSource: noTrace })));
  };
}

const preparedOf = (variants: readonly PreparedVariant[]): PreparedScenario => ({
  file: 'queue.yaml',
  name: 'queue',
  description: '',
  seed: 1,
  settings: [],
  variants,
});

describe('the warm-up of a variant', () => {
  it('is none, or what the scenario says, without any pilot', async () => {
    const seen: number[] = [];
    expect(await findWarmup(variantOf(queue(0.5)), pilot(seen))).toEqual({ us: 0, rule: 'none', isSteady: true });
    expect(await findWarmup(variantOf(queue(0.5, { kind: 'fixed', us: 2 * MINUTE })), pilot(seen))).toEqual({
      us: 2 * MINUTE,
      rule: 'fixed: 2m',
      isSteady: true,
    });
    expect(seen).toEqual([]);
  });

  it('is looked for in the load phase of the scenario’s first five seeds', async () => {
    const seen: number[] = [];
    const recoveries = new Set<number>();
    const run = pilot(seen);
    await findWarmup(variantOf({ ...queue(0.5, { kind: 'auto' }), seed: 40 }), (variant, seed) => {
      recoveries.add(variant.scenario.recoveryUs);
      return run(variant, seed);
    });
    expect(seen).toEqual([40, 41, 42, 43, 44]);
    expect(seen).toHaveLength(PILOT_SEEDS);
    expect([...recoveries]).toEqual([0]);
  });

  it('is short for a queue at half load, and the same each time', async () => {
    const first = await findWarmup(variantOf(queue(0.5, { kind: 'auto' })), pilot());
    expect(first).toMatchObject({ isSteady: true, rule: expect.stringMatching(/^auto: MSER-5 .* seeds 1 to 5, first half of the load: /) });
    expect(first.us).toBeLessThan(LOAD_US / 10);
    expect(await findWarmup(variantOf(queue(0.5, { kind: 'auto' })), pilot())).toEqual(first);
  });

  it('is not found where more arrives than can be served', async () => {
    const warmup = await findWarmup(variantOf(queue(1.5, { kind: 'auto' })), pilot());
    expect(warmup).toMatchObject({ us: 0, isSteady: false, rule: expect.stringMatching(/: no cut found$/) });
  });

  it('is not found in a load too short to look at', async () => {
    const burst = scenario({ warmup: { kind: 'auto' } });
    expect(await findWarmup(variantOf(burst), pilot())).toMatchObject({ us: 0, isSteady: false, rule: expect.stringContaining('load too short') });
  });
});

describe('a result with a warm-up', () => {
  const seeds = [1, 2];
  const meta = { date: '', host: '', platform: '', node: '', durationMs: 0 };

  async function resultOf(variants: readonly PreparedVariant[]) {
    const prepared = await decideWarmups(preparedOf(variants), pilot());
    const runs = await Promise.all(
      prepared.variants.flatMap((variant) => seeds.map(async (seed) => ({ ...(await pilot()(variant, seed)), variant: variant.name }) as never)),
    );
    return assembleResult(prepared, seeds, runs, meta);
  }

  it('states the cut and the rule of each variant, and marks the one without', async () => {
    const { variants, scenario: about } = await resultOf([
      variantOf(queue(0.5, { kind: 'fixed', us: 5 * MINUTE }), 'calm'),
      variantOf(queue(1.5, { kind: 'auto' }), 'overloaded'),
      variantOf(queue(0.5), 'plain'),
    ]);
    expect(variants).toMatchObject([
      { warmupUs: 5 * MINUTE, warmupRule: 'fixed: 5m', warmupFound: true },
      { warmupUs: 0, warmupFound: false },
      { warmupUs: 0, warmupRule: 'none', warmupFound: true },
    ]);
    expect(about.notes).toEqual([expect.stringMatching(/^overloaded: no warm-up was found, so none was left out/)]);
  });

  it('warns of a warm-up that leaves nothing of the load, and of steps within it', async () => {
    const what = queue(0.5, { kind: 'fixed', us: 2 * LOAD_US });
    const { scenario: about } = await resultOf([variantOf({ ...what, steps: [{ do: 'set-limit', atUs: S, account: 'acme', endpoint: undefined, limit: 2 }] })]);
    expect(about.notes).toEqual([
      expect.stringMatching(/^the warm-up of 2h leaves nothing of the load \(\S.*\): metrics hold the recovery only\.$/),
      'a step lies within the warm-up: metrics leave out what happened then, invariants do not.',
    ]);
  });

  it('is the same whoever finishes first', async () => {
    const prepared = preparedOf([variantOf(queue(0.5), 'a'), variantOf(queue(0.6), 'b')]);
    const runs = await Promise.all(
      prepared.variants.flatMap((variant) => seeds.map(async (seed) => ({ ...(await pilot()(variant, seed)), variant: variant.name }) as never)),
    );
    expect(JSON.stringify(assembleResult(prepared, seeds, runs.toReversed(), meta))).toBe(JSON.stringify(assembleResult(prepared, seeds, runs, meta)));
  });
});

describe('a scenario file', () => {
  const file = (line: string) =>
    `name: story\nplatform: { endpoints: [{ id: flux, service: 10s }], accounts: [{ id: acme }] }\n${line}\nworkload: [{ as: acme, arrivals: { rate: 1/s, to: 1h } }]\n`;
  const warmupOf = (line: string) => prepareScenario(parseSource('story.yaml', file(line))).variants[0]?.scenario.warmup;

  it('may give a warm-up, or leave it to the rule', () => {
    expect(warmupOf('warmup: 2m')).toEqual({ kind: 'fixed', us: 2 * MINUTE });
    expect(warmupOf('warmup: auto')).toEqual({ kind: 'auto' });
    expect(warmupOf('')).toBeUndefined();
  });

  it.each(['warmup: 0s', 'warmup: -1m', 'warmup: soon', 'warmup: 5', 'warmup: [2m]'])('with %s is told what was expected', (line) => {
    expect(() => warmupOf(line)).toThrow(/story\.yaml:3.*expected (auto, or )?a duration/);
  });
});
