import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { PRESET_NAMES, type PresetName } from '../../src/core/policy.js';
import type { RequestStory } from '../../src/measure/request-story.js';
import type { RunEvidence, RunResult } from '../../src/measure/result.js';
import { type PreparedVariant, prepareScenario } from '../../src/prepare.js';
import { runToEnd, ScenarioRun } from '../../src/run.js';
import { parseSource } from '../../src/scenario/source.js';
import type { Observed } from '../../src/score/observed.js';
import { priceRow } from '../../src/score/prices.js';
import { SIMULATED } from '../../src/score/simulated/all.js';
import { billOf } from '../../src/score/simulated/bill.js';
import { usdText } from '../../src/score/words.js';
import { slotstorm } from '../cli/memory-outside.js';

const SEEDS = [1, 2, 3];
const FILES = ['revoked-key', 'cancel-stranded', 'hung-runner', 'month-with-rotation', 'on-the-wire'];

function variantsOf(id: string): Map<string | undefined, PreparedVariant> {
  const file = `scenarios/score/${id}.yaml`;
  return new Map(prepareScenario(parseSource(file, readFileSync(file, 'utf8'))).variants.map((variant) => [variant.name, variant]));
}

function runsOf(variant: PreparedVariant, seeds: readonly number[]) {
  const traceSource = (): never => {
    throw new Error('these scenarios have no trace');
  };
  return seeds.map((seed) => runToEnd(new ScenarioRun(variant.scenario, variant.plan, { seed, variant: variant.name, evidence: true, traceSource })));
}

function observe(id: string, profile: PresetName, seeds = SEEDS): Observed {
  const experiment = SIMULATED.find((one) => one.id === id)!;
  const variant = variantsOf(id).get(profile)!;
  return experiment.observe(runsOf(variant, seeds), variant);
}

const figure = (observed: Observed, name: RegExp): number | undefined => observed.figures.find((one) => name.test(one.name))?.value;

describe('the scenarios of the scorecard', { timeout: 60_000 }, () => {
  test.each(FILES)('%s tells its story, has a variant for each profile, and passes its own gate', async (name) => {
    const text = readFileSync(`scenarios/score/${name}.yaml`, 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/scenario\.schema\.json\n#\n# \S/);
    expect(text).toContain('What to expect');
    if (name !== 'on-the-wire') expect([...variantsOf(name).keys()].sort()).toEqual([...PRESET_NAMES].sort());
    const ran = await slotstorm(['run', `scenarios/score/${name}.yaml`, '--seeds', name === 'month-with-rotation' ? '2' : '20', '--reporter', 'terminal']);
    expect(ran.code, ran.out).toBe(0);
  });
});

describe('a key is revoked while six of its requests are in progress', () => {
  it('fal-939: no slot comes back, and no request ends', () => {
    const observed = observe('revoked-key', 'fal-939');
    expect(observed.passed).toBe(false);
    expect(figure(observed, /never given back/)).toBe(6);
    expect(figure(observed, /until the last slot is free/)).toBeUndefined();
    expect(figure(observed, /left open/)).toBe(6);
  });

  it('fal-documented: a drain is answered with its number of seconds, and is no yes', () => {
    const observed = observe('revoked-key', 'fal-documented');
    expect(observed.passed).toBe(false);
    expect(figure(observed, /until the last slot is free/)).toBeGreaterThan(5);
    expect(figure(observed, /computed for the revoked key/)).toBeGreaterThan(figure(observed, /until the last slot is free/)!);
    expect(observed.short).toMatch(/^no: when the work ends, up to [\d.]+s$/);
  });

  it('reference: every slot is free after stopDelay; nexaapi-claims: in the step of the revocation', () => {
    expect(observe('revoked-key', 'reference')).toMatchObject({ passed: true, short: 'yes, after 1s' });
    expect(observe('revoked-key', 'nexaapi-claims')).toMatchObject({ passed: true, short: 'yes, in the same step' });
  });

  test.each(PRESET_NAMES)('%s: the four that wait are removed', (profile) => {
    expect(figure(observe('revoked-key', profile), /removed from the queue/)).toBe(4);
  });
});

/** A run that ended otherwise than the model would have it. */
function changed(run: RunResult, change: (evidence: RunEvidence) => Partial<RunEvidence>): RunResult {
  const evidence = run.evidence!;
  return { ...run, evidence: { ...evidence, ...change(evidence) } };
}

const changedStory = (change: (story: RequestStory) => Partial<RequestStory>, isMeant: (story: RequestStory) => boolean) => (evidence: RunEvidence) => {
  const stories = evidence.stories!;
  const one = stories.stories.find(isMeant)!;
  return { stories: { ...stories, stories: stories.stories.map((story) => (story === one ? { ...story, ...change(story) } : story)) } };
};

describe('a platform that breaks its word on a revoked key', () => {
  const variant = variantsOf('revoked-key').get('reference')!;
  const experiment = SIMULATED.find(({ id }) => id === 'revoked-key')!;
  const [good] = runsOf(variant, [1]) as [RunResult];
  const observeChanged = (change: Parameters<typeof changed>[1]) => experiment.observe([changed(good, change)], variant);
  const isWaiting = ({ key, startedUs }: RequestStory) => key === 'old' && startedUs === undefined;

  it('is refuted where a waiting request of the key starts after the revocation', () => {
    const observed = observeChanged((evidence) => ({
      holds: [...evidence.holds, { ...evidence.holds.find(({ key }) => key === 'old')!, request: 'req-7', fromUs: 6_000_000, toUs: 306_000_000 }],
    }));
    expect(observed).toMatchObject({ passed: false, short: 'no: 1 slot taken afterwards, free after up to 5m 2s' });
    expect(figure(observed, /computed for the revoked key/)).toBeGreaterThanOrEqual(300);
  });

  it('is refuted where a request is left open, or removed too late, though all slots are free', () => {
    expect(observeChanged(changedStory(() => ({ endedUs: undefined }), isWaiting))).toMatchObject({ passed: false, short: 'no: 1 request left open' });
    expect(observeChanged(changedStory(() => ({ endedUs: 64_000_000 }), isWaiting))).toMatchObject({
      passed: false,
      short: 'no: a request ended only after 1m',
    });
  });

  it('is not said to have removed a request from the queue that had begun', () => {
    const observed = observeChanged(changedStory(() => ({ startedUs: 4_500_000 }), isWaiting));
    expect(figure(observed, /removed from the queue/)).toBe(3);
  });

  it('says nothing where not all six slots were held, or the run did not do what it is about', () => {
    const fewer = observeChanged(({ holds }) => ({ holds: holds.filter(({ request }) => request !== 'req-1') }));
    expect(fewer).toMatchObject({ passed: undefined, short: 'not exercised' });
    const unmet = { ...good, exercised: [{ name: 'revoked_queued', expression: '== 4', actual: 0, verdict: 'fail' as const }] };
    const observed = experiment.observe([good, unmet], variant);
    expect(observed.passed).toBeUndefined();
    expect(observed.seen).toContain('expected revoked_queued == 4, got 0');
  });
});

describe('a platform that breaks its word on cancels', () => {
  const variant = variantsOf('hung-runner').get('reference')!;
  const experiment = SIMULATED.find(({ id }) => id === 'hung-runner')!;
  const [good] = runsOf(variant, [1]) as [RunResult];

  it('is refuted where a slot comes back late, or the cancelled request gets another one', () => {
    const late = changed(good, ({ holds }) => ({ holds: holds.map((hold) => ({ ...hold, toUs: 161_000_000 })) }));
    expect(experiment.observe([late], variant)).toMatchObject({ passed: false, short: 'no: only 1m 40s after the cancel' });
    const again = changed(good, ({ holds }) => ({ holds: [...holds, { ...holds[0]!, fromUs: 63_000_000, toUs: undefined }] }));
    expect(experiment.observe([again], variant).passed).toBe(false);
  });

  it('is not shown by a release that gives back only some', () => {
    const some = changed(good, ({ holds }) => ({
      holds: [
        { ...holds[0]!, toUs: 91_000_000 },
        { ...holds[0]!, slot: 1, toUs: undefined },
      ],
    }));
    const released = { ...some, exercise: { ...some.exercise, stuck_released: 1 } };
    expect(experiment.observe([released], variant).passed).toBe(false);
  });

  it('says nothing where no slot was held when it was cancelled', () => {
    const none = changed(good, () => ({ holds: [] }));
    expect(experiment.observe([none], variant)).toMatchObject({ passed: undefined, short: 'not exercised' });
  });
});

describe('a price of a stuck second', () => {
  test.each([
    [0.00001, '$0.00001'],
    [0.000123456, '$0.000123'],
    [0.003, '$0.003'],
    [0.03, '$0.03'],
    [772.59, '$772.59'],
    [0, '$0.00'],
  ])('%s is shown as %s', (usd, text) => {
    expect(usdText(usd)).toBe(text);
  });
});

describe('stuck requests are cancelled', () => {
  it('fal-939: neither the cancel nor a release frees what a revocation has stranded', () => {
    const observed = observe('cancel-stranded', 'fal-939');
    expect(observed.passed).toBe(false);
    expect(figure(observed, /before the cancel/)).toBe(6);
    expect(figure(observed, /never given back/)).toBe(6);
    expect(figure(observed, /release of one’s own/)).toBe(0);
  });

  test.each(['fal-documented', 'nexaapi-claims', 'reference'] as const)('%s: nothing is stranded, so the experiment says nothing', (profile) => {
    expect(observe('cancel-stranded', profile)).toMatchObject({ passed: undefined, short: 'nothing was stuck' });
  });

  test.each(PRESET_NAMES)('%s: work that hangs is stopped by a cancel', (profile) => {
    expect(observe('hung-runner', profile).passed).toBe(true);
  });
});

describe('the bill of a month with one key rotation', () => {
  const months = new Map<PresetName, { observed: Observed; bill: ReturnType<typeof billOf> }>();

  beforeAll(() => {
    const variants = variantsOf('month-with-rotation');
    const experiment = SIMULATED.find((one) => one.id === 'month-with-rotation')!;
    for (const profile of PRESET_NAMES) {
      const variant = variants.get(profile)!;
      const runs = runsOf(variant, [1]);
      months.set(profile, { observed: experiment.observe(runs, variant), bill: billOf(runs[0]!, variant) });
    }
  });

  it('is successes times price under every profile', () => {
    for (const { bill } of months.values()) expect(bill.usd).toBeCloseTo(bill.requests * bill.usdPerRequest, 6);
    expect(months.get('fal-documented')!.bill.usdPerRequest).toBe(0.03);
    expect(months.get('nexaapi-claims')!.bill.usdPerRequest).toBe(0.003);
  });

  it('depends on a rule that nobody tells where requests are stuck, so that the experiment says nothing either way', () => {
    expect(months.get('fal-939')!.observed.passed).toBeUndefined();
    for (const profile of ['fal-documented', 'nexaapi-claims', 'reference'] as const) expect(months.get(profile)!.observed.passed, profile).toBe(true);
  });

  it('of stuck requests is unknown without a price of the user’s own, and the same either way where nothing is stuck', () => {
    const { bill } = months.get('fal-939')!;
    expect(bill.stuckRequests).toBe(6);
    // Six slots for the 29 days that are left.
    expect(bill.stuckSeconds / (6 * 29 * 86_400)).toBeCloseTo(1, 2);
    const unknown = priceRow('fal-939', bill, undefined);
    expect(unknown.usdWithStuck).toBeUndefined();
    expect(unknown.stuckRule).toMatch(/^unknown.*--stuck-price/);
    expect(priceRow('fal-939', bill, 0.001).usdWithStuck).toBeCloseTo(bill.usd + bill.stuckSeconds * 0.001, 6);
    const same = priceRow('reference', months.get('reference')!.bill, 0.001);
    expect(same.usdWithStuck).toBe(same.usdWithoutStuck);
  });
});
