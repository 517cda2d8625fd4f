import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { readQuarantine } from '../../../src/cli/quarantine-file.js';
import { BUDGETS } from '../../../src/measure/gate/budgets.js';
import { LEVELS } from '../../../src/measure/gate/gate-result.js';
import { PRESET_CHECKS, PRESETS } from '../../../src/measure/gate/presets.js';
import { prepareScenario } from '../../../src/prepare.js';
import { parseSource, sourceOfData } from '../../../src/scenario/source.js';
import { CHECK_LEVELS, EXPECTATION_PRESETS } from '../../../src/scenario/types.js';
import { complaintsAbout, FILE, judged, prepared, story } from './judged.js';

const REVOCATION = 'steps: [{ at: 20s, do: revoke-key, key: acme/old }]\n';

describe('an expectation that cannot be', () => {
  it.each([
    ['  thresholds: { queue_latency: { threshold: "max < 1s", abortOnFail: true } }\n', 'unknown key "abortOnFail": a run is judged once it is over'],
    ['  thresholds: { queue_latency: [{ threshold: "max < 1s", delayAbortEval: 10s }] }\n', 'unknown key "delayAbortEval": it delays what abortOnFail does'],
    ['  thresholds: { queue_latency: { threshold: "max < 1s", level: warm } }\n', 'expected one of error, warn, off; did you mean "warn"?'],
    ['  thresholds: { queue_latency: { threshold: "max < 1s", minSamples: 0 } }\n', 'expected a whole number from 1 up'],
    ['  thresholds: { leaked_slots: "value == 0 within 1s of cut" }\n', 'unknown step "cut"; the scenario has no steps'],
    ['  thresholds: { queue_latency: max < 1s, "queue_latency{}": max < 2s }\n', 'names the same metric as "queue_latency"'],
    ['  thresholds: { leaked_slots: [] }\n', 'expected at least one threshold such as "value == 0", got an empty list'],
    ['  thresholds: { queue_latency: [max < 1s, max<1s] }\n', 'expected every threshold once, but number 1 of this list is the same'],
    ['  thresholds: { queue_latency: [max < 1s, { threshold: max < 1s, level: warn }] }\n', 'expected every threshold once'],
    ['  invariants: { L-REL: { is: broken, level: warn } }\n', 'expected one of held, violated, off'],
    ['  preset: recomended\n', 'did you mean "recommended"?'],
    ['  budgets: { gave_upp: 1% }\n', 'unknown budget "gave_upp"; did you mean "gave_up"?'],
    ['  budgets: { gave_up: 0.01 }\n', 'expected a share such as 0.1%'],
    ['  budgets: { "requests{outcome:ok}": 1%, "requests{ outcome:ok }": 2% }\n', 'is the same budget as'],
    ['  regression: { gate: [queue_latency p97] }\n', 'of queue_latency a baseline holds avg, min, med, max, p90, p95, p99; got "p97"'],
    ['  regression: { gate: [queue_latency] }\n', 'expected a metric and one of its numbers such as "queue_latency p95"'],
    ['  regression: { gate: [queue_latency p95, queue_latency p(95)] }\n', 'this number is gated twice'],
    ['  regression: { misrate: 0% }\n', 'expected a share above 0% such as 1%'],
    ['  regression: { margin: 5 }\n', 'expected a share such as 5%'],
    ['  regression: yes please\n', 'expected true, false or'],
  ])('%s is refused with its place and what to write', (expectation, message) => {
    const text = complaintsAbout(story(expectation));
    expect(text).toMatch(/^scenarios\/x\.yaml:\d+:\d+: /);
    expect(text).toContain(message);
  });
});

describe('presets', () => {
  it('are spelled the same where scenarios are read and where they are judged, and so are levels', () => {
    expect(PRESETS).toEqual(EXPECTATION_PRESETS);
    expect(LEVELS).toEqual(CHECK_LEVELS);
  });

  it('hold only metrics and budgets that there are, and yield to the scenario’s own', () => {
    const plan = prepared(story('  preset: [recommended, strict]\n  thresholds: { leaked_slots: value < 3 }\n  budgets: { gave_up: 7% }\n')).variants[0]?.plan;
    const texts = plan?.thresholds.map(({ selector, expression, level }) => [selector.text, expression, level]);
    expect(texts).toContainEqual(['leaked_slots', 'value < 3', undefined]);
    expect(texts).not.toContainEqual(['leaked_slots', 'value == 0', undefined]);
    expect(texts).toContainEqual(['unleased_seconds', 'count == 0', undefined]);
    expect(plan?.gate?.budgets).toMatchObject([
      { name: 'gave_up', expression: '7%' },
      { name: 'start_timeouts', level: 'error' },
    ]);
    expect(plan?.gate?.presets).toEqual(['recommended', 'strict']);
  });

  it('of several have the graver check, in whatever order they come', () => {
    const of = (presets: string) =>
      prepared(story(`  preset: [${presets}]\n`)).variants[0]?.plan.gate?.budgets.map(({ name, expression }) => `${name} ${expression}`);
    expect(of('strict, recommended')).toEqual(['gave_up 0.5%', 'start_timeouts 0.5%']);
    expect(of('recommended, strict')).toEqual(['gave_up 0.5%', 'start_timeouts 0.5%']);
  });

  it.each(PRESETS)('%s passes a platform that works and fails one that leaks', (preset) => {
    const working = story(`  preset: ${preset}\n`, REVOCATION);
    expect(judged(working, 60).exitCode).toBe(0);
    const leaking = judged(working.replace('policy: reference', 'policy: fal-939').replace('at: 20s', 'at: 1s'), 5);
    expect(leaking.runs[0]?.thresholds.find(({ metric }) => metric === 'leaked_slots')).toMatchObject({ verdict: 'fail' });
  });

  it('are in the documentation, every check of them', () => {
    const doc = readFileSync('docs/gate.md', 'utf8');
    for (const { thresholds } of Object.values(PRESET_CHECKS))
      for (const [metric, { expression }] of Object.entries(thresholds)) expect(doc).toContain(`\`${metric}: ${expression}\``);
    for (const name of Object.keys(BUDGETS)) expect(doc).toContain(`\`${name}\``);
  });
});

describe('a variant', () => {
  it('keeps those terms of the story’s regression that it does not set', () => {
    const variants = 'variants: [{ name: a, expect: { regression: { misrate: 2% } } }, { name: b, expect: { regression: false } }]\n';
    const of = prepared(`${story('  regression: { gate: [queue_latency p99], margin: 7% }\n')}${variants}`).variants.map(({ plan }) => plan.gate?.regression);
    expect(of[0]).toMatchObject({ gated: [{ metric: 'queue_latency', number: 'p99' }], marginShare: 0.07, misrate: 0.02 });
    expect(of[1]?.gated ?? []).toEqual([]);
  });
});

describe('the place of a check', () => {
  const text = `name: places
platform:
  accounts: [{ id: acme, limit: 2, keys: [k] }]
  endpoints: [{ id: model, service: 1s }]
workload:
  - { as: acme/k, endpoint: model, arrivals: { burst: 3, at: 0s } }
recovery: 1m
expect:
  preset: recommended
  exercised: { requeued_at_limit: ">= 0" }
  thresholds:
    queue_latency:
      - p(95) < 1h
      - { threshold: max < 2h, level: warn }
    leaked_slots: value == 0
  invariants:
    L-REL: held
  budgets: { start_timeouts: 1% }
variants:
  - name: plain
  - name: own
    expect:
      preset: strict
      thresholds:
        leaked_slots: value == 0
        queue_latency: p(95) < 3h
`;
  const placesOf = (variant: number, scenario = prepared(text)) =>
    Object.fromEntries(
      (scenario.variants[variant]?.places ?? []).map(({ kind, scope, expression, line, column }) => [`${kind} ${scope} ${expression}`, [line, column]]),
    );

  it('is its line and column in the file', () => {
    const places = placesOf(0);
    expect(places).toMatchObject({
      'exercised requeued_at_limit >= 0': [10, 35],
      'threshold queue_latency p(95) < 1h': [13, 9],
      'threshold queue_latency max < 2h': [14, 9],
      'threshold leaked_slots value == 0': [15, 19],
      'invariant L-REL held': [17, 12],
      'budget start_timeouts 1%': [18, 30],
    });
  });

  it('of a preset’s check is the preset, and of a variant’s own stands with the variant', () => {
    expect(placesOf(0)).toMatchObject({ 'threshold lost_requests count == 0': [9, 11], 'budget gave_up 1%': [9, 11] });
    expect(placesOf(1)).toMatchObject({
      'threshold lost_requests count == 0': [23, 15],
      'threshold queue_latency p(95) < 3h': [26, 24],
      'invariant L-REL held': [17, 12],
      'budget start_timeouts 1%': [18, 30],
    });
  });

  it('is none for what --set has put there, and for a script', () => {
    const data = { name: 'x', platform: { endpoints: [{ id: 'm', service: '1s' }] }, expect: { thresholds: { leaked_slots: 'value == 0' } } };
    expect(prepareScenario(sourceOfData('x.ts', data)).variants[0]?.places).toBeUndefined();
    const set = prepareSet('expect.thresholds.queue_latency', 'max < 3h');
    expect(Object.keys(placesOf(0, set)).filter((key) => key.includes('queue_latency'))).toEqual([]);
  });

  function prepareSet(path: string, value: unknown) {
    return prepareScenario(parseSource(FILE, text), [{ path, value }]);
  }
});

describe('the parts of a scenario', () => {
  const partsOf = (text: string) => judged(text).scenario.parts;
  const base = partsOf(story('  thresholds: { leaked_slots: value == 0 }\n'));
  const changed = (from: string, to: string) => {
    const parts = partsOf(story('  thresholds: { leaked_slots: value == 0 }\n').replace(from, to));
    return Object.keys(parts ?? {}).filter((part) => parts?.[part as keyof typeof parts] !== base?.[part as keyof typeof base]);
  };

  it('change one by one', () => {
    expect(changed('burst: 8', 'burst: 9')).toEqual(['load']);
    expect(changed('mean: 1s', 'mean: 2s')).toEqual(['load']);
    expect(changed('recovery: 2m', 'recovery: 3m')).toEqual(['load']);
    expect(changed('limit: 2', 'limit: 3')).toEqual(['platform']);
    expect(changed('id: model,', 'id: model, runners: 5,')).toEqual(['platform']);
    expect(changed('value == 0', 'value < 1')).toEqual(['expectations']);
    expect(changed('policy: reference', 'policy: { preset: reference, waiting: backoff }')).toEqual(['policy']);
    expect(changed('name: small', 'name: large')).toEqual([]);
  });

  it('that all variants share are the same for a run of some of them', () => {
    const variants = 'variants: [{ name: a }, { name: b, set: { platform.policy: fal-documented } }]\n';
    const both = partsOf(`${story('  thresholds: {}\n')}${variants}`);
    const one = partsOf(`${story('  thresholds: {}\n')}${'variants: [{ name: a }]\n'}`);
    expect(one?.load).toBe(both?.load);
    expect(one?.platform).toBe(both?.platform);
    expect(one?.policy).not.toBe(both?.policy);
  });
});

describe('the documentation of the gate', () => {
  const blocks = [...readFileSync('docs/gate.md', 'utf8').matchAll(/```yaml\n(#[^\n]*)\n([\s\S]*?)```/g)].map(([, head = '', body = '']) => ({ head, body }));
  const scenarios = blocks.flatMap(({ head, body }) => {
    const match = /exit code (\d+), (\d+) seeds?/.exec(head);
    return match === null ? [] : [{ title: body.split('\n').slice(0, 4).join(' '), body, code: Number(match[1]), seeds: Number(match[2]) }];
  });

  test.each(scenarios)('$title ends with what it says: $code', ({ body, code, seeds }) => {
    expect(judged(story(body.replace(/^expect:\n/, ''), REVOCATION), seeds).exitCode).toBe(code);
  });

  it('has an example of every option', () => {
    const all = scenarios.map(({ body }) => body).join('\n');
    for (const word of [
      'preset:',
      'thresholds:',
      'exercised:',
      'invariants:',
      'budgets:',
      'regression:',
      'level:',
      'minSamples:',
      '@ median',
      'baseline*',
      'within',
    ])
      expect(all).toContain(word);
  });

  it('has an entry of the quarantine that can be read', () => {
    const [entry] = blocks.filter(({ head }) => head === '# quarantine');
    expect(readQuarantine(entry?.body ?? '', 'slotstorm.quarantine.yaml')).toEqual([
      {
        ...{ scenario: 'small', variant: 'backoff', check: 'queue_latency p(95) < 5s', owner: 'team-queue', reason: 'backoff is slow to start' },
        ...{ until: '2027-01-15', issue: '123' },
      },
    ]);
  });
});
