import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { prepareScenario } from '../../src/prepare.js';
import { plannedEndUs, stepEndUs } from '../../src/scenario/planned-end.js';
import { parseSource } from '../../src/scenario/source.js';
import { FAULT_KINDS, type FaultKind, type RandomFaults, type Scenario, type StepSpec } from '../../src/scenario/types.js';
import { CRASH_POINT_NAMES, LINK_NAMES, linkOf, MESSAGE_NAMES } from '../../src/scenario/vocabulary.js';
import { drawFaultSteps } from '../../src/sim/faults/draw-faults.js';
import { stepInput } from '../../src/sim/faults/step-input.js';
import { holds } from '../helpers/properties.js';
import { account, endpoint, flow, scenario } from '../helpers/scenario.js';
import { MS, policyOf, S } from '../helpers/world.js';

const ALL: RandomFaults = { kinds: FAULT_KINDS, activation: 1, strikes: 3, fromUs: 0, toUs: 60 * S };

const STORY = scenario({
  policy: policyOf('reference'),
  accounts: [account({ limit: 4, keys: ['old', 'new'] }), account({ id: 'other', limit: 1, endpointLimits: { flux: 3 } })],
  endpoints: [endpoint(), endpoint({ id: 'veo', limit: 2 })],
  workload: [flow({ as: { account: 'acme', key: 'old' }, webhook: true }), flow({ as: { account: 'other', key: 'key' } })],
  faults: ALL,
});

function withFaults(faults: Partial<RandomFaults>, story = STORY): Scenario {
  return { ...story, faults: { ...ALL, ...faults } };
}

function drawMany(story: Scenario, seeds: number): StepSpec[] {
  return Array.from({ length: seeds }, (_, seed) => drawFaultSteps(story, seed)).flat();
}

/** Any scenario that random faults can fall into. */
const stories = fc
  .record({
    lease: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
    accounts: fc.integer({ min: 0, max: 3 }),
    limit: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    endpointLimit: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    webhook: fc.boolean(),
    fromUs: fc.integer({ min: 0, max: 5 * S }),
    lengthUs: fc.oneof(fc.integer({ min: 1, max: 50 * MS }), fc.integer({ min: 1, max: 600 * S })),
    strikes: fc.double({ min: 0.1, max: 6, noNaN: true }),
  })
  .map(({ lease, accounts, limit, endpointLimit, webhook, fromUs, lengthUs, strikes }) => {
    const owners = Array.from({ length: accounts }, (_, n) => account({ id: `a${n}`, limit, keys: ['k0', 'k1'] }));
    return scenario({
      policy: policyOf('reference', { lease: lease === undefined ? undefined : { ttlUs: lease * MS, renewEveryUs: 1, reapEveryUs: MS } }),
      accounts: owners,
      endpoints: [endpoint({ limit: endpointLimit })],
      workload: owners.map(({ id }) => flow({ as: { account: id, key: 'k0' }, webhook })),
      faults: { ...ALL, strikes, fromUs, toUs: fromUs + lengthUs },
    });
  });
const seeds = fc.integer({ min: 0, max: 2 ** 52 });

describe('random faults', () => {
  it('are none where the scenario asks for none', () => {
    expect(drawFaultSteps({ ...STORY, faults: undefined }, 1)).toEqual([]);
    expect(drawFaultSteps(withFaults({ activation: 0 }), 1)).toEqual([]);
    expect(drawFaultSteps(withFaults({ fromUs: 10 * S, toUs: undefined }), 1)).toEqual([]);
  });

  it('are the same for the same seed, and others for another', () => {
    expect(drawFaultSteps(STORY, 7)).toEqual(drawFaultSteps(STORY, 7));
    expect(drawFaultSteps(STORY, 7)).not.toEqual(drawFaultSteps(STORY, 8));
  });

  it('come in the order of their times', () => {
    const times = drawFaultSteps(STORY, 3).map((step) => step.atUs);
    expect(times.length).toBeGreaterThan(20);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });

  it('of one kind are the same whatever other kinds are on', () => {
    const kindsOnly = (kinds: readonly FaultKind[], seed: number): StepSpec[] => drawFaultSteps(withFaults({ kinds, activation: 0.5 }), seed);
    for (let seed = 0; seed < 50; seed++) {
      const together = kindsOnly(FAULT_KINDS, seed);
      for (const kind of FAULT_KINDS) expect(kindsOnly([kind], seed)).toEqual(together.filter((step) => step.do === kind));
    }
  });

  it('that strike once more leave the strikes before as they were', () => {
    const often = drawFaultSteps(withFaults({ kinds: ['drop'], strikes: 6 }), 5);
    for (const step of drawFaultSteps(withFaults({ kinds: ['drop'], strikes: 1 }), 5)) expect(often).toContainEqual(step);
  });

  it('of every kind are on in about a share `activation` of the runs and strike about `strikes` times', () => {
    const runs = 2_000;
    const struck = Array.from({ length: runs }, (_, seed) => drawFaultSteps(withFaults({ kinds: ['cut'], activation: 0.25, strikes: 4 }), seed).length);
    const on = struck.filter((count) => count > 0);
    // Four standard errors: 0.25 ± 0.039, 4.02 ± 0.36.
    expect(on.length / runs).toBeCloseTo(0.25, 1);
    expect(Math.abs(on.length / runs - 0.25)).toBeLessThan(0.039);
    expect(Math.abs(on.reduce((sum, count) => sum + count, 0) / on.length - 4)).toBeLessThan(0.4);
  });

  it.each(FAULT_KINDS)('reach %s', (kind) => {
    expect(drawMany(withFaults({ kinds: [kind] }), 5).map((step) => step.do)).toContain(kind);
  });

  it('reach every crash point, link, message, part and target', () => {
    const drawn = drawMany(STORY, 300);
    const all = (pick: (step: StepSpec) => unknown): Set<unknown> => new Set(drawn.map(pick).filter((value) => value !== undefined));
    expect(all((step) => (step.do === 'crash' ? step.between : undefined))).toEqual(new Set(CRASH_POINT_NAMES));
    expect(all((step) => (step.do === 'crash' && step.between === undefined ? step.part : undefined))).toEqual(
      new Set(['gateway', 'dispatcher', 'store', 'keys']),
    );
    expect(all((step) => (step.do === 'cut' ? step.link : undefined))).toEqual(new Set(LINK_NAMES));
    expect(all((step) => (step.do === 'drop' ? step.message : undefined))).toEqual(new Set(MESSAGE_NAMES));
    expect(all((step) => (step.do === 'disturb' ? step.message : undefined))).toEqual(new Set(MESSAGE_NAMES));
    expect(all((step) => ('endpoint' in step ? step.endpoint : undefined))).toEqual(new Set(['flux', 'veo']));
    expect(all((step) => (step.do === 'revoke-key' ? `${step.key.account}/${step.key.key}` : undefined))).toEqual(
      new Set(['acme/old', 'acme/new', 'other/key']),
    );
    expect(all((step) => (step.do === 'webhook-down' ? step.account : undefined))).toEqual(new Set(['acme']));
    expect(all((step) => (step.do === 'crash-runner' ? (step.silent ?? false) : undefined))).toEqual(new Set([true, false]));
  });

  it('pause runners for less than a lease, and for longer', () => {
    const pauses = drawMany(withFaults({ kinds: ['pause-runner'], toUs: 600 * S }), 50).map((step) => stepEndUs(step) - step.atUs);
    expect(Math.min(...pauses)).toBeLessThan(30 * S);
    expect(Math.max(...pauses)).toBe(60 * S);
  });

  it('send no message that only leases send where there are none', () => {
    const drawn = drawMany({ ...STORY, platform: { ...STORY.platform, policy: policyOf('reference', { lease: undefined }) } }, 100);
    const messages = drawn.flatMap((step) => ('message' in step && step.message !== undefined ? [step.message] : []));
    const links = drawn.flatMap((step) => ('link' in step ? [step.link] : []));
    expect(messages).toContain('done');
    expect(messages.filter((message) => ['renew', 'renewed', 'expired'].includes(message))).toEqual([]);
    expect(new Set(links)).toEqual(
      new Set(LINK_NAMES.filter((link) => MESSAGE_NAMES.some((message) => !/renew|expired/.test(message) && linkOf(message) === link))),
    );
  });

  it('leave every limit as the scenario wants it', () => {
    const changed = { ...STORY, steps: [{ do: 'set-limit', atUs: 5 * S, account: 'acme', endpoint: undefined, limit: 3 }] as const };
    for (let seed = 0; seed < 50; seed++) {
      const limits = new Map<string, number>();
      for (const step of drawFaultSteps({ ...changed, faults: { ...ALL, kinds: ['set-limit'], fromUs: 6 * S } }, seed)) {
        if (step.do === 'set-limit') limits.set(`${step.account} ${step.endpoint ?? ''}`, step.limit);
      }
      const wanted: Record<string, number> = { 'acme ': 3, 'other ': 1, 'other flux': 3, 'acme veo': 2, 'other veo': 2 };
      for (const [whose, limit] of limits) expect(limit, whose).toBe(wanted[whose]);
    }
  });

  it('set every clock right again', () => {
    for (let seed = 0; seed < 50; seed++) {
      const skews = new Map<string, number>();
      for (const step of drawFaultSteps(withFaults({ kinds: ['skew-clock'] }), seed)) if (step.do === 'skew-clock') skews.set(step.part, step.byUs);
      expect([...skews.values()].every((byUs) => byUs === 0)).toBe(true);
    }
  });

  it('follow the load where a trace decides its length', () => {
    const open = withFaults({ toUs: undefined });
    expect(plannedEndUs(open)).toBe(0);
    expect(drawFaultSteps(open, 1)).toEqual([]);
    const late = drawFaultSteps(open, 1, 40 * S);
    expect(late.length).toBeGreaterThan(20);
    expect(Math.max(...late.map(stepEndUs))).toBeLessThanOrEqual(40 * S);
  });

  it('come at whole microseconds within their window and are over with it, in any scenario', () => {
    const inWindow = (story: Scenario, seed: number): void => {
      const { fromUs, toUs } = story.faults as RandomFaults;
      for (const step of drawFaultSteps(story, seed)) {
        expect(Number.isInteger(step.atUs) && step.atUs >= fromUs && stepEndUs(step) <= toUs!, JSON.stringify(step)).toBe(true);
        if ('forUs' in step) expect(Number.isInteger(step.forUs) && step.forUs > 0).toBe(true);
      }
    };
    holds(fc.property(stories, seeds, inWindow), 300);
  });

  it('can be written into the scenario file and are read again as they were, in any scenario', () => {
    const survives = (story: Scenario, seed: number): void => {
      const steps = drawFaultSteps(story, seed);
      const { accounts, endpoints } = story.platform;
      const file = {
        name: 'drawn',
        platform: {
          policy: 'reference',
          accounts: accounts.map(({ id, limit, keys }) => ({ id, limit, keys })),
          endpoints: endpoints.map(({ id, limit }) => ({ id, limit, service: '1s' })),
        },
        workload: story.workload.map(({ as, webhook }) => ({ as: `${as!.account}/${as!.key}`, webhook, arrivals: { burst: 1 } })),
        steps: steps.map(stepInput),
      };
      expect(prepareScenario(parseSource('drawn.yaml', stringify(file))).variants[0]!.scenario.steps).toEqual(steps);
    };
    holds(fc.property(stories, seeds, survives), 100);
  });
});
