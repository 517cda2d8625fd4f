import { describe, expect, it } from 'vitest';
import { prepareScenario } from '../../src/prepare.js';
import { ScenarioError } from '../../src/scenario/problems.js';
import { parseSource } from '../../src/scenario/source.js';
import type { Scenario } from '../../src/scenario/types.js';
import { HOUR, MINUTE, S } from '../helpers/world.js';

/** Lines 1 to 6; the service stands on line 4, the workload entry on line 6. */
function textWith({ service = '1s', arrivals = 'burst: 3', entry = '', runners = '' }): string {
  return `name: case
platform:
  accounts: [{ id: acme, limit: 2 }]
  endpoints: [{ id: flux, service: ${service}${runners === '' ? '' : `, runners: ${runners}`} }]
workload:
  - { as: acme, arrivals: { ${arrivals} }${entry} }
`;
}

function read(parts: Parameters<typeof textWith>[0]): Scenario {
  return prepareScenario(parseSource('case.yaml', textWith(parts))).variants[0]!.scenario;
}

function expectProblem(parts: Parameters<typeof textWith>[0], message: RegExp): void {
  const prepare = (): unknown => read(parts);
  expect(prepare).toThrow(ScenarioError);
  expect(prepare).toThrow(message);
  expect(prepare).toThrow(/^case\.yaml:[46]:\d+: /);
}

describe('a law of durations', () => {
  it.each([
    ['12s', { kind: 'constant', us: 12 * S }],
    ['{ constant: 12s }', { kind: 'constant', us: 12 * S }],
    ['{ uniform: { min: 0s, max: 6s } }', { kind: 'uniform', minUs: 0, maxUs: 6 * S }],
    ['{ exponential: { mean: 12s } }', { kind: 'exponential', meanUs: 12 * S }],
    ['{ lognormal: { mean: 12s, cv: 0.5 } }', { kind: 'lognormal', meanUs: 12 * S, cv: 0.5 }],
    ['{ gamma: { mean: 12s, cv: 0.5 } }', { kind: 'gamma', meanUs: 12 * S, shape: 4 }],
    ['{ erlang: { mean: 12s, stages: 3 } }', { kind: 'gamma', meanUs: 12 * S, shape: 3 }],
    ['{ pareto: { shape: 1.5, min: 2s } }', { kind: 'pareto', minUs: 2 * S, maxUs: Number.POSITIVE_INFINITY, shape: 1.5 }],
    ['{ pareto: { shape: 1.5, mean: 6s } }', { kind: 'pareto', minUs: 2 * S, maxUs: Number.POSITIVE_INFINITY, shape: 1.5 }],
    ['{ pareto: { shape: 0.8, min: 2s, max: 1m } }', { kind: 'pareto', minUs: 2 * S, maxUs: MINUTE, shape: 0.8 }],
    ['{ empirical: { values: [4s, 9s] } }', { kind: 'values', valuesUs: [4 * S, 9 * S], weights: undefined }],
    ['{ empirical: { values: [4s, 9s], weights: [3, 1] } }', { kind: 'values', valuesUs: [4 * S, 9 * S], weights: [3, 1] }],
    [
      '{ empirical: { quantiles: [{ p: 0, is: 1s }, { p: 1, is: 9s }] } }',
      {
        kind: 'quantiles',
        points: [
          { p: 0, us: S },
          { p: 1, us: 9 * S },
        ],
      },
    ],
    ['{ empirical: { file: x.csv, column: seconds } }', { kind: 'samples', file: 'x.csv', column: 'seconds', unitUs: S }],
    ['{ empirical: { file: x.csv, column: tokens, unit: 20ms } }', { kind: 'samples', file: 'x.csv', column: 'tokens', unitUs: 20_000 }],
  ])('%s', (service, spec) => expect(read({ service }).platform.endpoints[0]?.service).toEqual(spec));

  it('of which only mean and bound are known begins where its mean is right', () => {
    const spec = read({ service: '{ pareto: { shape: 1, mean: 20s, max: 1h } }' }).platform.endpoints[0]?.service;
    expect(spec).toMatchObject({ kind: 'pareto', shape: 1, maxUs: HOUR });
  });

  it.each([
    ['0s', /service: expected a duration such as .*, longer than 0, got "0s"/],
    ['{ exponential: { mean: 0s } }', /service\.exponential\.mean: expected a duration .*, longer than 0, got "0s"/],
    ['{ exponential: { mean: -3s } }', /service\.exponential\.mean: expected a duration .* got "-3s"/],
    ['{ exponential: { mean: 3 } }', /service\.exponential\.mean: expected a duration .* got 3/],
    ['{ lognormal: { mean: 3s, cv: -1 } }', /service\.lognormal\.cv: expected a coefficient of variation above 0 and up to 100 such as 0\.5, got -1/],
    ['{ lognormal: { mean: 3s } }', /service\.lognormal\.cv: expected a coefficient .* got nothing/],
    ['{ gamma: { mean: 3s, cv: 0 } }', /service\.gamma\.cv: expected a coefficient of variation above 0 .* got 0/],
    ['{ gamma: { mean: 3s, cv: .nan } }', /service\.gamma\.cv: expected a coefficient/],
    ['{ erlang: { mean: 3s, stages: 0 } }', /service\.erlang\.stages: expected a whole number from 1 up, got 0/],
    ['{ erlang: { mean: 3s, stages: 1.5 } }', /service\.erlang\.stages: expected a whole number from 1 up, got 1\.5/],
    ['{ uniform: { min: 6s, max: 2s } }', /service\.uniform\.min: expected min of at most max, got "6s"/],
    ['{ uniform: { min: 6s } }', /service\.uniform\.max: expected a duration .* got nothing/],
    ['{ pareto: { shape: 1, min: 2s } }', /service\.pareto\.shape: expected a shape above 1, or a max: without a bound this law has no mean, got 1/],
    ['{ pareto: { shape: 0.9, mean: 2s } }', /without a bound this law has no mean, got 0\.9/],
    ['{ pareto: { shape: 0, min: 2s, max: 3s } }', /service\.pareto\.shape: expected a shape from 0\.1 to 100, got 0/],
    ['{ pareto: { shape: 1.5 } }', /service\.pareto\.shape: expected either min or mean beside the shape/],
    ['{ pareto: { shape: 1.5, min: 2s, mean: 6s } }', /expected either min or mean beside the shape/],
    ['{ pareto: { shape: 1.5, min: 6s, max: 2s } }', /service\.pareto\.min: expected min below max/],
    ['{ pareto: { shape: 1.5, mean: 6s, max: 6s } }', /service\.pareto\.mean: expected a mean below max/],
    ['{ empirical: { values: [] } }', /service\.empirical\.values: expected at least one duration/],
    ['{ empirical: { values: [0s] } }', /service\.empirical\.values\[0\]: expected a duration .* longer than 0/],
    ['{ empirical: { values: [1s, 2s], weights: [1] } }', /service\.empirical\.weights: expected as many weights as values \(2\)/],
    ['{ empirical: { values: [1s, 2s], weights: [0, 0] } }', /service\.empirical\.weights: expected a weight above 0/],
    ['{ empirical: { values: [1s, 2s], weights: [1, -1] } }', /service\.empirical\.weights\[1\]: expected a weight from 0 up to 1000000000, got -1/],
    ['{ empirical: { quantiles: [{ p: 0, is: 1s }] } }', /service\.empirical\.quantiles: expected at least two points/],
    ['{ empirical: { quantiles: [{ p: 0.1, is: 1s }, { p: 1, is: 2s }] } }', /quantiles\[0\]\.p: expected the first point at p: 0/],
    ['{ empirical: { quantiles: [{ p: 0, is: 1s }, { p: 0.9, is: 2s }] } }', /quantiles\[1\]\.p: expected the last point at p: 1/],
    ['{ empirical: { quantiles: [{ p: 0, is: 3s }, { p: 1, is: 2s }] } }', /quantiles\[1\]\.is: expected a duration of at least that of the point before/],
    ['{ empirical: { file: x.csv } }', /service\.empirical\.column: expected the name of the column/],
    ['{ empirical: { file: x.csv, column: c, unit: min } }', /service\.empirical\.unit: expected .*such as 20ms, .*got "min"/],
    ['{ exponential: { mean: 3s }, constant: 3s }', /service: expected exactly one of constant, .*, got constant and exponential/],
    ['{}', /service: expected exactly one of constant, .*, got none/],
    ['{ lognormall: { mean: 3s, cv: 1 } }', /unknown key "lognormall"; did you mean "lognormal"\?/],
  ])('%s is refused with its place and what was expected', (service, message) => expectProblem({ service }, message));
});

describe('arrivals', () => {
  it.each([
    [
      'stages: [{ duration: 1m, target: 2/s }, { duration: 0s, target: 0/s }, { duration: 10s, target: 60/m }], startRate: 1/s, process: poisson, from: 5s',
      {
        kind: 'stages',
        startPerSecond: 1,
        stages: [
          { durationUs: MINUTE, perSecond: 2 },
          { durationUs: 0, perSecond: 0 },
          { durationUs: 10 * S, perSecond: 1 },
        ],
        process: 'poisson',
        fromUs: 5 * S,
        toUs: 75 * S,
      },
    ],
    [
      'onOff: { onRate: 5/s, meanOn: 20s, meanOff: 2m }, to: 1h',
      { kind: 'onOff', onPerSecond: 5, offPerSecond: 0, meanOnUs: 20 * S, meanOffUs: 2 * MINUTE, fromUs: 0, toUs: HOUR },
    ],
    [
      'batches: { poisson: 2/s, size: 10 }, to: 1h',
      { kind: 'batches', perSecond: 2, process: 'poisson', size: { kind: 'constant', count: 10 }, fromUs: 0, toUs: HOUR },
    ],
    [
      'batches: { rate: 6/m, size: { geometric: { mean: 4 } } }, from: 1m, to: 1h',
      { kind: 'batches', perSecond: 0.1, process: 'constant', size: { kind: 'geometric', mean: 4 }, fromUs: MINUTE, toUs: HOUR },
    ],
    ['closedLoop: { users: 20, thinkTime: 5s }, to: 1h', { kind: 'closedLoop', users: 20, thinkTime: { kind: 'constant', us: 5 * S }, fromUs: 0, toUs: HOUR }],
    [
      'trace: t.csv, columns: { arrival: at, service: tokens }, serviceUnit: 20ms, serviceOffset: 200ms, speed: 2, loop: 3, slice: { from: 1m, to: 1h }, badRows: skip',
      {
        kind: 'trace',
        file: 't.csv',
        arrivalColumn: 'at',
        serviceColumn: 'tokens',
        serviceUnitUs: 20_000,
        serviceOffsetUs: 200_000,
        accountColumn: undefined,
        endpointColumn: undefined,
        accountLimit: undefined,
        speed: 2,
        loop: 3,
        slice: { fromUs: MINUTE, toUs: HOUR },
        badRows: 'skip',
      },
    ],
  ])('%s', (arrivals, spec) => expect(read({ arrivals }).workload[0]?.arrivals).toEqual(spec));

  it.each([
    ['stages: []', /arrivals\.stages: expected at least one stage/],
    ['stages: [{ duration: 1m }]', /arrivals\.stages\[0\]\.target: expected a rate from 0 up such as 5\/s or 20\/m, got nothing/],
    ['stages: [{ duration: 1m, target: -1/s }]', /arrivals\.stages\[0\]\.target: expected a rate from 0 up .* got "-1\/s"/],
    ['stages: [{ duration: 0s, target: 1/s }]', /arrivals\.stages: expected stages that last longer than 0 in all/],
    ['stages: [{ duration: 1m, target: 0/s }]', /arrivals\.stages: expected a target or a startRate above 0, or no request ever comes/],
    ['stages: [{ duration: 1m, target: 1/s }], to: 1h', /arrivals\.to: expected no to with stages arrivals/],
    ['stages: [{ duration: 1m, target: 1/s }], process: erlang', /arrivals\.process: expected one of constant, poisson/],
    ['poisson: 1/s, to: 1m, startRate: 1/s', /arrivals\.startRate: expected no startRate with poisson arrivals/],
    ['poisson: 0/s, to: 1m', /arrivals\.poisson: expected a rate above 0 .* got "0\/s"/],
    ['poisson: 1/s', /arrivals\.to: expected when the arrivals end/],
    ['rate: 1/s, from: 2m, to: 1m', /arrivals\.to: expected the arrivals to end after they begin \(from: 2m\), got 1m/],
    ['onOff: { onRate: 0/s, meanOn: 1s, meanOff: 1s }, to: 1m', /arrivals\.onOff\.onRate: expected a rate above 0/],
    ['onOff: { onRate: 1/s, meanOn: 0s, meanOff: 1s }, to: 1m', /arrivals\.onOff\.meanOn: expected a duration .* longer than 0/],
    ['onOff: { onRate: 1/s, meanOn: 1s, meanOff: 1s }', /arrivals\.to: expected when the arrivals end/],
    ['batches: { size: 3 }, to: 1m', /arrivals\.batches: expected exactly one of rate, poisson, got none/],
    ['batches: { rate: 1/s, poisson: 1/s, size: 3 }, to: 1m', /expected exactly one of rate, poisson, got rate and poisson/],
    ['batches: { rate: 1/s, size: 0 }, to: 1m', /arrivals\.batches\.size: expected a batch size: a whole number from 1 up, or .*, got 0/],
    [
      'batches: { rate: 1/s, size: { geometric: { mean: 0.5 } } }, to: 1m',
      /arrivals\.batches\.size\.geometric\.mean: expected a mean of at least 1.*, got 0\.5/,
    ],
    ['closedLoop: { users: 0, thinkTime: 1s }, to: 1m', /arrivals\.closedLoop\.users: expected a whole number from 1 up, got 0/],
    ['closedLoop: { users: 5, thinkTime: 0s }, to: 1m', /arrivals\.closedLoop\.thinkTime: expected a duration .* longer than 0, got "0s"/],
    ['closedLoop: { users: 5 }, to: 1m', /arrivals\.closedLoop\.thinkTime: expected .* got nothing/],
    ['closedLoop: { vus: 5, thinkTime: 1s }, to: 1m', /unknown key "vus"/],
    ['trace: t.csv', /arrivals\.columns: expected the columns of the trace/],
    ['trace: t.csv, columns: { arrival: at }, serviceUnit: ms', /arrivals\.serviceUnit: expected no serviceUnit without a service column/],
    ['trace: t.csv, columns: { arrival: at }, speed: 0', /arrivals\.speed: expected a factor above 0/],
    ['trace: t.csv, columns: { arrival: at }, loop: 0', /arrivals\.loop: expected a whole number from 1 up, got 0/],
    ['trace: t.csv, columns: { arrival: at }, slice: { from: 1h, to: 1m }', /arrivals\.slice\.to: expected the slice to end after it begins/],
    ['trace: t.csv, columns: { arrival: at }, badRows: ignore', /arrivals\.badRows: expected one of error, skip/],
    ['trace: t.csv, columns: { arrival: at }, to: 1m', /arrivals\.to: expected no to with trace arrivals/],
    ['burst: 3, poisson: 1/s', /arrivals: expected exactly one of burst, .*, got burst and poisson/],
  ])('%s is refused with its place and what was expected', (arrivals, message) => expectProblem({ arrivals }, message));
});

describe('what else a workload entry and an endpoint may say', () => {
  it('is read', () => {
    const { workload, platform } = read({
      entry: ', patience: { exponential: { mean: 2m } }, maxVUs: 7',
      runners: '{ max: 3, coldStart: { uniform: { min: 5s, max: 30s } } }, failureProbability: 0.02',
    });
    expect(workload[0]).toMatchObject({ patience: { kind: 'exponential', meanUs: 2 * MINUTE }, maxVUs: 7 });
    expect(platform.endpoints[0]).toMatchObject({ failureProbability: 0.02, coldStart: { kind: 'uniform', minUs: 5 * S, maxUs: 30 * S } });
    expect(read({ runners: '{ coldStart: 7s }' }).platform.endpoints[0]).toMatchObject({ coldStart: undefined, runners: { coldStartUs: 7 * S } });
  });

  it.each([
    [{ entry: ', call: run, patience: 5s' }, /patience: expected patience only with call: submit or subscribe; a run is never queued/],
    [{ entry: ', patience: 0s' }, /patience: expected a duration .* longer than 0/],
    [{ entry: ', maxVUs: 0' }, /maxVUs: expected a whole number from 1 up, got 0/],
    [{ arrivals: 'closedLoop: { users: 5, thinkTime: 1s }, to: 1m', entry: ', maxVUs: 3' }, /maxVUs: expected no maxVUs with closedLoop arrivals/],
    [{ runners: 'unlimited, failureProbability: 1.5' }, /failureProbability: expected a share from 0 to 1, got 1\.5/],
    [{ runners: 'unlimited, failureProbability: -0.1' }, /failureProbability: expected a share from 0 to 1, got -0\.1/],
    [{ runners: '{ coldStart: { exponential: { mean: 0s } } }' }, /runners\.coldStart\.exponential\.mean: expected a duration .* longer than 0/],
  ])('%j is refused with its place and what was expected', (parts, message) => expectProblem(parts, message));
});
