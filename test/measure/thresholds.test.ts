import { describe, expect, it } from 'vitest';
import { planExpectations } from '../../src/measure/expectations.js';
import { aggregate, compares, OPERATORS, parseComparison, parseSelector, parseThreshold, type Selector } from '../../src/measure/thresholds.js';

function selector(text: string): Selector {
  const parsed = parseSelector(text);
  if ('complaint' in parsed) throw new Error(parsed.complaint);
  return parsed;
}

describe('a selector', () => {
  it.each([
    ['queue_latency', 'queue_latency', []],
    ['  queue_latency { key : new } ', 'queue_latency{key:new}', [['key', 'new']]],
    ['queue_latency{}', 'queue_latency', []],
    [
      'requests{outcome:ok,account:acme}',
      'requests{account:acme,outcome:ok}',
      [
        ['account', 'acme'],
        ['outcome', 'ok'],
      ],
    ],
    ['queue_latency{endpoint:fal-ai/flux/dev}', 'queue_latency{endpoint:fal-ai/flux/dev}', [['endpoint', 'fal-ai/flux/dev']]],
    ['leaked_slots{key:acme/old:2}', 'leaked_slots{key:acme/old:2}', [['key', 'acme/old:2']]],
  ])('%s is read as %s', (text, canonical, tags) => {
    expect(parseSelector(text)).toMatchObject({ text: canonical, tags });
  });

  it.each([
    ['', 'expected a metric'],
    ['queue latency', 'expected a metric'],
    ['queue_latency{key:new', 'expected a metric'],
    ['queue_latncy', 'unknown metric "queue_latncy"; did you mean "queue_latency"?'],
    ['leaked_slot', 'did you mean "leaked_slots"?'],
    ['zzzzzzzzzz', 'unknown metric "zzzzzzzzzz"'],
    ['constructor', 'unknown metric "constructor"'],
    ['queue_latency{new}', 'expected tag:value in {…}, got "new"'],
    ['queue_latency{key:}', 'expected tag:value in {…}, got "key:"'],
    ['queue_latency{colour:red}', 'unknown tag "colour"; known: account, key, endpoint, mode, outcome'],
    ['queue_latency{outcome:ok}', 'the tag outcome belongs to the metric requests'],
    ['requests{outcome:fine}', 'unknown outcome "fine"; known: ok, failed'],
    ['requests{key:a,key:b}', 'the tag key is given twice'],
  ])('%j is refused', (text, fragment) => {
    expect((parseSelector(text) as { complaint: string }).complaint).toContain(fragment);
  });
});

describe('a threshold', () => {
  it.each([
    ['queue_latency', 'p(95) < 5s', { aggregation: { percentile: 95 }, operator: '<', limit: 5000 }],
    ['queue_latency', 'p(99.9)<=1.5m', { aggregation: { percentile: 99.9 }, operator: '<=', limit: 90_000 }],
    ['queue_latency', 'avg < 250', { aggregation: 'avg', operator: '<', limit: 250 }],
    ['queue_latency', 'max < 2h', { aggregation: 'max', operator: '<', limit: 7_200_000 }],
    ['queue_latency', 'med < 500us', { aggregation: 'med', operator: '<', limit: 0.5 }],
    ['leaked_slots', 'value == 0', { aggregation: 'value', operator: '==', limit: 0 }],
    ['leaked_slots', 'max === 0', { aggregation: 'max', operator: '===', limit: 0 }],
    ['leaked_slot_seconds', 'count < 2m', { aggregation: 'count', operator: '<', limit: 120 }],
    ['slot_utilisation', 'value >= 80%', { aggregation: 'value', operator: '>=', limit: 0.8 }],
    ['http_429', 'rate != 0.1', { aggregation: 'rate', operator: '!=', limit: 0.1 }],
    ['cost_usd', 'count <= 12.50', { aggregation: 'count', operator: '<=', limit: 12.5 }],
    ['time_to_heal', 'value < 45s', { aggregation: 'value', operator: '<', limit: 45_000 }],
    ['effective_limit', ' min   >  -1 ', { aggregation: 'min', operator: '>', limit: -1, expression: 'min   >  -1' }],
  ])('%s: %s', (metric, expression, expected) => {
    const threshold = parseThreshold(selector(metric), expression);
    expect(threshold).toMatchObject(expected);
    if ('limit' in expected && !('complaint' in threshold)) expect(threshold.limit).toBeCloseTo(expected.limit, 9);
  });

  it.each([
    ['queue_latency', 'p(95)', 'expected "aggregation operator number"'],
    ['queue_latency', '< 5s', 'expected "aggregation operator number"'],
    ['queue_latency', 'p(95) ~ 5s', 'expected "aggregation operator number"'],
    ['queue_latency', 'p(95) < soon', 'expected "aggregation operator number"'],
    ['queue_latency', 'p(101) < 5s', 'a trend such as queue_latency has avg, min, max, med, p(N); got "p(101)"'],
    ['queue_latency', 'p(9.9.9) < 5s', 'got "p(9.9.9)"'],
    ['queue_latency', 'count < 5', 'a trend such as queue_latency has avg, min, max, med, p(N); got "count"'],
    ['leaked_slots', 'p(95) < 5', 'a gauge such as leaked_slots has value, min, max, avg'],
    ['http_429', 'value < 5', 'a counter such as http_429 has count, rate'],
    ['queue_latency', 'avg < 5d', 'queue_latency is measured in ms; expected a bare number or one with us, ms, s, m, h, got "5d"'],
    ['leaked_slots', 'value < 5s', 'leaked_slots is measured in slots; expected a bare number, got "5s"'],
    ['leaked_slot_seconds', 'rate < 5s', 'expected a bare number, got "5s"'],
    ['slot_utilisation', 'value > 1s', 'one with %'],
  ])('%s: %s is refused', (metric, expression, fragment) => {
    expect((parseThreshold(selector(metric), expression) as { complaint: string }).complaint).toContain(fragment);
  });

  it('compares as its operator says', () => {
    const truth = Object.fromEntries(OPERATORS.map((operator) => [operator, [compares(1, operator, 2), compares(2, operator, 2), compares(3, operator, 2)]]));
    expect(truth).toEqual({
      '<': [true, false, false],
      '<=': [true, true, false],
      '==': [false, true, false],
      '===': [false, true, false],
      '!=': [true, false, true],
      '>=': [false, true, true],
      '>': [false, false, true],
    });
  });

  it('has nothing to judge without samples', () => {
    const empty = { type: 'gauge', n: 0, value: 0, min: 0, max: 0, avg: 0 } as const;
    expect(aggregate(empty, 'value', () => 0)).toBeUndefined();
    expect(aggregate({ ...empty, n: 1, value: 4 }, 'value', () => 0)).toBe(4);
  });
});

describe('an exercise expectation', () => {
  it('is a comparison', () => {
    expect(parseComparison('>= 6')).toEqual({ operator: '>=', limit: 6 });
    expect(parseComparison('6')).toEqual({ complaint: 'expected a comparison such as ">= 1"' });
  });
});

describe('the expectations of a scenario', () => {
  it('are all read before anybody complains', () => {
    const { plan, complaints } = planExpectations({
      exercised: { revoked_in_progres: '>= 1', start_timeouts: 'some', requeued_at_limit: '> 0' },
      thresholds: {
        queue_latency: ['avg < 1s', 'avg < 1lightyear'],
        leaked: ['value == 0'],
        'requests{outcome:ok,mode:run}': ['count > 0'],
        'requests{mode:run,outcome:ok}': ['count > 1'],
      },
      invariants: { 'S-CAPP': 'held', 'L-REL': 'violated' } as never,
    });
    expect(plan.thresholds.map(({ selector: { text } }) => text)).toEqual(['queue_latency', 'requests{mode:run,outcome:ok}', 'requests{mode:run,outcome:ok}']);
    expect(plan.exercised.map(({ name }) => name)).toEqual(['requeued_at_limit']);
    expect(complaints.map(({ path, aboutName }) => [path.join(' '), aboutName])).toEqual([
      ['thresholds queue_latency 1', false],
      ['thresholds leaked', true],
      ['thresholds requests{mode:run,outcome:ok}', true],
      ['exercised revoked_in_progres', true],
      ['exercised start_timeouts', false],
      ['invariants S-CAPP', true],
    ]);
    const text = complaints.map(({ complaint }) => complaint).join('\n');
    expect(text).toContain('did you mean "revoked_in_progress"?');
    expect(text).toContain('did you mean "S-CAP"?');
    expect(text).toContain('names the same metric as "requests{outcome:ok,mode:run}"');
  });
});
