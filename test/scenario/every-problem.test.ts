import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { stringify } from 'yaml';
import { prepareScenario } from '../../src/prepare.js';
import { describePath, type LocatedProblem, ScenarioError, type ScenarioPath } from '../../src/scenario/problems.js';
import type { Setting } from '../../src/scenario/set-path.js';
import { parseSource, type ScenarioSource, sourceOfData } from '../../src/scenario/source.js';
import { valueAt } from '../../src/scenario/value-at.js';
import { slotstorm } from '../cli/memory-outside.js';
import { holds } from '../helpers/properties.js';
import { type Changes, MISTAKES, type Mistake, WHOLE_PLATFORM, WHOLE_STEPS, WHOLE_WORKLOAD, wholeStory } from './whole-story.js';

function problemsOf(source: ScenarioSource, settings: readonly Setting[] = []): readonly LocatedProblem[] {
  try {
    prepareScenario(source, settings);
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
}

function planted(mistakes: readonly Mistake[]): readonly LocatedProblem[] {
  const story = wholeStory(...mistakes.map((mistake) => mistake.planted));
  const settings = mistakes.flatMap(({ setting }) => (setting === undefined ? [] : [setting]));
  return problemsOf(parseSource('whole.yaml', stringify(story, { aliasDuplicateObjects: false })), settings);
}

const pathsOf = (problems: readonly LocatedProblem[]): string[] => problems.map(({ path }) => describePath(path)).sort();
const wanted = (mistakes: readonly Mistake[]): string[] => mistakes.map(({ path }) => path).sort();

/** What is said of the story after a change. */
function said(changes: Changes): string[] {
  return problemsOf(sourceOfData('whole.ts', wholeStory(changes))).map(({ path, message }) => `${describePath(path)}: ${message}`);
}

describe('what is wrong with a scenario', () => {
  it('is nothing when nothing is', () => expect(planted([])).toEqual([]));

  test.each(MISTAKES.map((mistake) => [mistake.path === '' ? 'a setting that leads nowhere' : mistake.path, mistake] as const))(
    'is one problem for one mistake: %s',
    (_, mistake) => expect(pathsOf(planted([mistake]))).toEqual([mistake.path]),
  );

  it('is told all at once, each mistake once, and mending one takes exactly one away', () => {
    const some = fc.shuffledSubarray([...MISTAKES], { minLength: 2, maxLength: 12 });
    holds(
      fc.property(some, (mistakes) => {
        for (let left = mistakes.length; left > 0; left--) {
          const wrong = mistakes.slice(0, left);
          expect(pathsOf(planted(wrong))).toEqual(wanted(wrong));
        }
      }),
      60,
    );
  });

  it('is told all at once, even when everything is wrong', () => expect(pathsOf(planted(MISTAKES))).toEqual(wanted(MISTAKES)));

  it('comes in the order of the file, and what is not in the file comes first', () => {
    const problems = planted(MISTAKES);
    const lines = problems.map(({ line }) => line ?? 0);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    expect(problems[0]).toMatchObject({ line: undefined, message: '--set steps.9.factor: "steps.9.factor": the list has 5 entries, there is no [9]' });
  });

  it('comes in the order of the data when it is a script that has no lines', () => {
    const story = wholeStory(...MISTAKES.map((mistake) => mistake.planted));
    const parts = problemsOf(sourceOfData('whole.ts', story)).map(({ path }) => String(path[0]));
    expect([...new Set(parts)]).toEqual(['platform', 'workload', 'steps', 'expect', 'variants', 'recoverey']);
  });

  it('is what the command line prints before it ends with 104, with nothing run and nothing written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slotstorm-'));
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, stringify(wholeStory({ 'workload.1.patience': 300, 'steps.2.endpoint': 'flxu', 'expect.thresholds.queue_latency.0': 'p95 < 5s' })));
    const ran = await slotstorm(['run', file, '--out', join(folder, 'reports'), '--set', 'seed=lucky', '--set', 'steps.9.at=5s']);
    expect(ran.code).toBe(104);
    const places = ['--set steps.9.at: ', 'seed: ', 'workload[1].patience: ', 'steps[2].endpoint: ', 'expect.thresholds.queue_latency[0]: '];
    expect(places.map((place) => ran.err.split(place).length - 1)).toEqual(places.map(() => 1));
    expect(readdirSync(folder)).toEqual(['wrong.yaml']);
    rmSync(folder, { recursive: true });
  });

  it('stands at its line, whether of shape, of a name or of a threshold', () => {
    const text = `name: case
platform:
  accounts: [{ id: acme, limit: ten }]
  endpoints: [{ id: flux, service: 4s }]
workload:
  - { as: acme, endpoint: fluxx, arrivals: { burst: 6 } }
steps:
  - { at: 5s, do: set-limit, account: acmee, limit: 3 }
expect:
  thresholds:
    leaked_slot: ["value == 0"]
    queue_latency: ["p95 < 5s", "p(95) < 5 kg"]
`;
    expect(problemsOf(parseSource('case.yaml', text)).map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      '3:33 expected a whole number from 1 up, got "ten"',
      '6:27 expected the id of an endpoint (did you mean "flux"?), got "fluxx"',
      '8:39 expected the id of an account (did you mean "acme"?), got "acmee"',
      '11:5 unknown metric "leaked_slot"; did you mean "leaked_slots"?',
      '12:21 expected "aggregation operator number" such as "avg < 5"; a percentile is written p(95)',
      '12:33 queue_latency is measured in ms; expected a bare number or one with us, ms, s, m, h, got "5 kg"',
    ]);
  });
});

/** Every place of the story, with what stands there; in what a variant sets, each path is one place. */
function* placesOf(value: unknown, path: ScenarioPath = []): Generator<ScenarioPath> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null || path.at(-1) === 'set') return;
  for (const [key, inner] of Object.entries(value)) yield* placesOf(inner, [...path, Array.isArray(value) ? Number(key) : key]);
}

const PLACES = [...placesOf(wholeStory())].map((path) => [describePath(path), path] as const);
const settingOf = (path: ScenarioPath): string => path.map((part) => `"${part}"`).join('.');
const isIn = (path: ScenarioPath, above: ScenarioPath): boolean => above.every((part, n) => path[n] === part);

describe('one place that cannot be read is all that is complained about', () => {
  test.each(PLACES)('%s', (_, path) => {
    const problems = problemsOf(sourceOfData('whole.ts', wholeStory({ [settingOf(path)]: [[]] })));
    expect(problems).not.toEqual([]);
    expect(problems.filter((problem) => !isIn(problem.path, path))).toEqual([]);
  });
});

describe('a key that is misspelled is all that is complained about', () => {
  // Without its `do` nobody knows what a step may have; that is said instead.
  test.each(PLACES.filter(([, path]) => typeof path.at(-1) === 'string' && path.at(-1) !== 'do'))('%s', (_, path) => {
    const key = String(path.at(-1));
    const misspelled = [...path.slice(0, -1), `${key}_`];
    const found = problemsOf(sourceOfData('whole.ts', wholeStory({ [settingOf(misspelled)]: valueAt(wholeStory(), path), [settingOf(path)]: undefined })));
    expect(pathsOf(found)).toEqual([describePath(misspelled)]);
  });
});

describe('of what hangs on a mistake nothing is said', () => {
  const only = (path: string, changes: Changes): void => {
    expect(said(changes).map((line) => line.slice(0, line.indexOf(': ')))).toEqual([path]);
  };

  it('names of an account that could not be read', () => {
    only('platform.accounts[1]', { 'platform.accounts.1': 'beta' });
    only('platform.accounts[0].keys', { 'platform.accounts.0.keys': 'old, new' });
    only('platform.accounts', { 'platform.accounts': { acme: {}, beta: {} } });
  });

  it('names of accounts whose list is misspelled', () =>
    only('platform.acounts', { 'platform.acounts': WHOLE_PLATFORM.accounts, 'platform.accounts': undefined }));

  it('names of an endpoint that could not be read', () => {
    only('platform.endpoints[1].id', { 'platform.endpoints.1.id': ['sdxl'] });
    only('platform.endpoints', { 'platform.endpoints': [] });
  });

  it('names of a platform that could not be read', () => only('platform', { platform: 'fal' }));

  it('a key that is missing because its name is misspelled', () => {
    only('platform.endpoints[1].servce', { 'platform.endpoints.1': { id: 'sdxl', servce: '4s' } });
    only('steps[0].kye', { 'steps.0': { at: '4s', do: 'revoke-key', kye: 'acme/old' } });
    only('workload[0].endpont', { 'workload.0.endpont': 'flux', 'workload.0.endpoint': undefined });
    only('workload[0].arrivals.too', { 'workload.0.arrivals': { poisson: '1/s', too: '10m' } });
    only('platform.endpoints[1].service.pareto.mni', { 'platform.endpoints.1.service': { pareto: { shape: 2, mni: '2s' } } });
    only('platform.endpoints[1].service.pareto.mx', { 'platform.endpoints.1.service': { pareto: { shape: 1, min: '2s', mx: '2m' } } });
  });

  it('what goes with a call or an SDK that is none', () => {
    only('workload[1].call', { 'workload.1.call': 'subscirbe', 'workload.1.clientTimeout': '5m' });
    only('workload[2].sdk', { 'workload.2.sdk': 'pyhton', 'workload.2.startTimeout': '500ms' });
  });

  it('a step that a threshold names, where a step could not be read', () => {
    only('steps[0].do', { 'steps.0.do': 'revoke' });
    only('steps[0]', { 'steps.0': 'revoke-key' });
    only('stpes', { stpes: WHOLE_STEPS, steps: undefined });
  });

  it('the key of an account that nobody knows', () => only('steps[1].account', { 'steps.1': { at: '4s', do: 'cancel', account: 'zeta', key: 'old' } }));

  it('a warm-up, where nobody knows when the load ends', () =>
    only('workload[0].arrivals.to', {
      workload: [{ ...WHOLE_WORKLOAD[0], arrivals: { poisson: '0.3/s' } }],
      steps: [],
      expect: {},
      variants: [],
    }));

  it('a tag, where an account could not be read', () =>
    only('platform.accounts[1].id', { 'platform.accounts.1.id': null, 'expect.thresholds."queue_latency{account:beta}"': ['avg < 1m'] }));

  it('a variant whose changes could not be read, or lead nowhere', () => {
    const thresholds = { leaked_slots: ['value == 0 within 1s of cut'] };
    only('variants[2].set', { 'variants.2.set': 'platform.policy' });
    only('variants[2].sett', { 'variants.2': { name: 'narrow', sett: {}, expect: { thresholds } } });
    only('variants[2].set', { 'variants.2.set': { 'platform.accounts.gamma.id': 'delta', 'workload.1.as': 'delta' } });
  });

  it('what every variant shares', () => {
    only('workload[0].as', { 'workload.0.as': 'acme/odl' });
    only('expect.thresholds.slot_in_use', { 'expect.thresholds.slot_in_use': ['max < 9'] });
  });
});

describe('what a mistake does not hide', () => {
  it('another key of an account that was read, where another account was not', () =>
    expect(said({ 'platform.accounts.1.id': 5, 'workload.0.as': 'acme/odl' })).toEqual([
      'platform.accounts[1].id: expected a name for the account, got 5',
      'workload[0].as: expected a key as account/key (did you mean "acme/old"?), got "acme/odl"',
    ]));

  it('what no metric could take, under a metric that nobody knows', () => {
    const found = said({ 'expect.thresholds.queue_latencyy': ['p95 < 5s', 'value == 0', 'p(95) < 5 kg', 'avg < 5s @ most'] });
    expect(found.map((line) => line.replace('expect.thresholds.', ''))).toEqual([
      'queue_latencyy: unknown metric "queue_latencyy"; did you mean "queue_latency"?',
      'queue_latencyy[0]: expected "aggregation operator number" such as "avg < 5"; a percentile is written p(95)',
      'queue_latencyy[2]: queue_latency is measured in ms; expected a bare number or one with us, ms, s, m, h, got "5 kg"',
      expect.stringMatching(/^queue_latencyy\[3\]: unknown quantifier "most"/),
    ]);
  });

  it('a value beside a name that is wrong', () =>
    expect(said({ 'expect.exercised': { revoked: 'six' }, 'expect.budgets': { timeouts: 'few' } })).toEqual([
      expect.stringMatching(/^expect\.exercised\.revoked: unknown exercise counter/),
      'expect.exercised.revoked: expected a comparison such as ">= 1"',
      expect.stringMatching(/^expect\.budgets\.timeouts: unknown budget/),
      'expect.budgets.timeouts: expected a share such as 0.1%, got "few"',
    ]));

  it('two mistakes in the settings of a variant, and one in its own expectations', () => {
    const thresholds = { queue_latency: ['p95 < 5s'] };
    expect(said({ 'variants.1': { name: 'cured', set: { 'workload.0.as': 'acme/odl', recovery: 'long' }, expect: { thresholds } } })).toEqual([
      expect.stringMatching(/^variants\[1\]: variant "cured": recovery: expected a duration/),
      expect.stringMatching(/^variants\[1\]: variant "cured": workload\.0\.as: expected a key/),
      expect.stringMatching(/^variants\[1\]\.expect\.thresholds\.queue_latency\[0\]: variant "cured": expect\.thresholds\.queue_latency\.0: expected "aggr/),
    ]);
  });

  it('what a variant puts in place of something wrong, and is wrong as well', () =>
    expect(said({ 'workload.0.as': 'acme/odl', 'variants.1.set': { 'workload.0.as': 'acme/nwe' } })).toEqual([
      expect.stringMatching(/^workload\[0\]\.as: .* got "acme\/odl"$/),
      expect.stringMatching(/^variants\[1\]: variant "cured": workload\.0\.as: .* got "acme\/nwe"$/),
    ]));

  it('a number that is gated twice, where a budget is wrong', () =>
    expect(said({ 'expect.budgets.start_timeouts': 'few', 'expect.regression.gate': ['queue_latency p95', 'queue_latency p95'] })).toEqual([
      'expect.budgets.start_timeouts: expected a share such as 0.1%, got "few"',
      'expect.regression.gate[1]: this number is gated twice',
    ]));
});

describe('whatever stands in a file', () => {
  it('is complained about or read, and never thrown at', () => {
    const paths = [
      'platform',
      'platform.accounts',
      'platform.accounts.0',
      'workload',
      'workload.0',
      'workload.0.arrivals',
      'steps',
      'steps.0',
      'expect',
      'expect.thresholds',
      'variants',
      'variants.1',
      'variants.1.set',
      'variants.1.expect',
      'faults',
    ];
    const changes = fc.dictionary(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 1 });
    holds(
      fc.property(changes, (some) => {
        for (const line of said(some)) expect(line).not.toContain('\\u0000');
      }),
      200,
    );
  });

  it('is complained about without end of time, however much is wrong', () => {
    const accounts = Array.from({ length: 3000 }, () => ({ id: 1 }));
    expect(said({ 'platform.accounts': accounts })).toHaveLength(3000);
  });
});

it('a variant may change how long a regression must be to count', () => {
  const story = wholeStory({ 'variants.1.expect': { regression: { absolute: '50ms' } } });
  expect(prepareScenario(sourceOfData('whole.ts', story)).variants[1]?.plan.gate?.regression?.marginMs).toBe(50);
});
