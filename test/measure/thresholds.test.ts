import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planExpectations } from '../../src/measure/expectations.js';
import { parseThreshold } from '../../src/measure/gate/threshold-grammar.js';
import { aggregate, compares, OPERATORS, parseComparison, parseSelector, type Selector } from '../../src/measure/thresholds.js';
import { holds } from '../helpers/properties.js';

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

  it.each([
    ['p(95)<2s @ median', { limit: 2000, over: 'median' }],
    ['p(95) < 2s @95%', { limit: 2000, over: { share: 0.95 } }],
    ['p(95) < 2s @ 100 %', { over: { share: 1 } }],
    ['p(95) < 2s @ every', { limit: 2000 }],
    ['max < 1m30s', { limit: 90_000 }],
    ['max < 1e3', { limit: 1000 }],
    ['max < .5s', { limit: 500 }],
    ['p(95) <= baseline', { limit: 0, baselineFactor: 1 }],
    ['p(95) <= baseline*1.05 + 50ms', { limit: 50, baselineFactor: 1.05 }],
    ['p(95) <= 105% * baseline - 0.1s', { limit: -100, baselineFactor: 1.05 }],
    ['p(95) <= baseline + 50 @ median', { limit: 50, baselineFactor: 1, over: 'median' }],
  ])('%s says more than k6 can', (expression, expected) => {
    expect(parseThreshold(selector('queue_latency'), expression)).toMatchObject({ ...expected, expression });
  });

  it('without a quantifier speaks of every seed, without "baseline" of no baseline', () => {
    const threshold = parseThreshold(selector('queue_latency'), 'p(95) < 2s @ every');
    expect(threshold).not.toHaveProperty('over');
    expect(threshold).not.toHaveProperty('baselineFactor');
  });

  it('about a level may be about a time after a step', () => {
    const within = (expression: string) => parseThreshold(selector('leaked_slots'), expression);
    expect(within('value == 0 within 30s of revoke-key')).toMatchObject({ limit: 0, within: { afterUs: 30_000_000, step: 'revoke-key' } });
    expect(within('value == 0 within 1m30s of step  2 @ 90%')).toMatchObject({ within: { afterUs: 90_000_000, step: 'step 2' }, over: { share: 0.9 } });
  });

  it.each([
    ['queue_latency', 'p(95) < 2s @ mean', 'unknown quantifier "mean"; known: every (the same as without @), median, or the share of the seeds'],
    ['queue_latency', 'p(95) < 2s @ 0%', 'unknown quantifier "0%"'],
    ['queue_latency', 'p(95) < 2s @ 101%', 'above 0% and up to 100%'],
    ['queue_latency', 'p(95) < 2s @', 'unknown quantifier ""'],
    ['queue_latency', 'p(95) < 2s @ median @ 95%', 'expected one "@" at most'],
    ['queue_latency', 'baseline < 5s', 'expected baseline on the right of the operator such as "avg <= baseline*1.05"'],
    ['queue_latency', 'baseline*2 < 5s', 'expected baseline on the right of the operator'],
    [
      'queue_latency',
      'p(95) < 50ms + baseline',
      'expected baseline, baseline*1.05 or 1.05*baseline, with + or - an amount such as 50ms behind it, got "50ms + baseline"',
    ],
    ['queue_latency', 'p(95) < 2*baseline*2', 'got "2*baseline*2"'],
    ['queue_latency', 'p(95) < baseline + 5%', 'a share of the baseline is written baseline*1.05'],
    ['queue_latency', 'p(95) < baseline + 5d', 'expected a bare number or one with us, ms, s, m, h, got "5d"'],
    ['queue_latency', 'p(95) < 0*baseline', 'expected baseline times a number above 0'],
    ['queue_latency', 'p(95) < 1e999', 'expected a number that is not endless'],
    ['queue_latency', 'p(N) < 5', 'got "p(N)"'],
    ['queue_latency', 'max < 5 within 30s of revoke-key', 'about a level that lasts: slots_in_use, leaked_slots, effective_limit; got queue_latency'],
    ['leaked_slots', 'max == 0 within 30s of revoke-key', 'expected value, got "max"'],
    ['leaked_slots', 'value <= baseline within 30s of revoke-key', 'expected no baseline together with'],
    [
      'leaked_slots',
      'value == 0 within soon of revoke-key',
      'expected "within duration of step" such as "within 30s of revoke-key", got "within soon of revoke-key"',
    ],
    ['leaked_slots', 'value == 0 within 30s', 'expected "within duration of step"'],
  ])('%s: %s is refused by name', (metric, expression, fragment) => {
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

describe('whatever a threshold says', () => {
  const amount = fc.record({
    number: fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => Number(value.toPrecision(6))),
    unit: fc.constantFrom('', 'us', 'ms', 's', 'm', 'h'),
  });
  const factors = { '': 1, us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const space = fc.constantFrom('', ' ', '  ');
  const printed = ({ number, unit }: { number: number; unit: string }): string => `${number}${unit}`;
  const inMs = ({ number, unit }: { number: number; unit: string }): number => number * factors[unit as keyof typeof factors];

  it('reads as it was written: aggregation, operator, limit with its unit, baseline and seeds', () => {
    const written = fc.record({
      aggregation: fc.oneof(
        fc.constantFrom('avg', 'min', 'max', 'med'),
        fc.integer({ min: 0, max: 100 }).map((percentile) => ({ percentile })),
      ),
      operator: fc.constantFrom(...OPERATORS),
      amount,
      factor: fc.option(fc.integer({ min: 1, max: 300 }).map((hundredths) => hundredths / 100)),
      over: fc.constantFrom('', 'median', '95%', '12.5%'),
      space,
    });
    holds(
      fc.property(written, ({ aggregation, operator, amount: given, factor, over, space: s }) => {
        const left = typeof aggregation === 'string' ? aggregation : `p(${aggregation.percentile})`;
        const right = factor === null ? printed(given) : `baseline${s}*${s}${factor}${s}+${s}${printed(given)}`;
        const text = `${s}${left}${s}${operator}${s}${right}${over === '' ? '' : `${s}@${s}${over}`}${s}`;
        const threshold = parseThreshold(selector('queue_latency'), text);
        expect(threshold, text).toMatchObject({ aggregation, operator, expression: text.trim() });
        if ('complaint' in threshold) return;
        expect(threshold.limit).toBe(inMs(given));
        expect(threshold.baselineFactor).toBe(factor ?? undefined);
        expect(threshold.over).toEqual({ '': undefined, median: 'median', '95%': { share: 0.95 }, '12.5%': { share: 0.125 } }[over]);
      }),
      500,
    );
  });

  it('is read or complained about, never thrown at', () => {
    const word = fc.constantFrom(
      'p(95)',
      'value',
      '<',
      '==',
      'baseline',
      '*',
      '+',
      '5',
      's',
      '%',
      '@',
      'median',
      'within',
      '30s',
      'of',
      'step 1',
      '(',
      '\n',
      '\u2028',
      '__proto__',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
      fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
    );
    holds(
      fc.property(texts, fc.constantFrom('queue_latency', 'leaked_slots', 'http_429', 'slot_utilisation', 'requests{outcome:ok}'), (text, metric) => {
        const threshold = parseThreshold(selector(metric), text);
        if ('complaint' in threshold) expect(threshold.complaint).not.toBe('');
        else expect(Number.isFinite(threshold.limit)).toBe(true);
        parseSelector(text);
        parseComparison(text);
      }),
      2000,
    );
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

  it('name k6’s metrics by ours', () => {
    const complaintAbout = (name: string) => (parseSelector(name) as { complaint: string }).complaint;
    expect(complaintAbout('http_req_duration')).toBe('unknown metric "http_req_duration"; did you mean "time_to_result"?');
    expect(complaintAbout('http_req_failed')).toContain('requests{outcome:failed}');
  });

  it('look up the steps that they name', () => {
    const complaintAbout = (step: string) => {
      const raw = { exercised: {}, invariants: {}, thresholds: { leaked_slots: [`value == 0 within 30s of ${step}`] } };
      return planExpectations(raw, { scripted: [{ do: 'burst' }, { do: 'revoke-key' }], drawn: ['cut'] }).complaints[0]?.complaint;
    };
    expect(['revoke-key', 'step 2', 'cut'].map(complaintAbout)).toEqual([undefined, undefined, undefined]);
    expect(complaintAbout('revoke-keys')).toBe(
      'unknown step "revoke-keys"; did you mean "revoke-key"?; the scenario has burst, revoke-key, cut, step 1 to step 2',
    );
    expect(complaintAbout('step 3')).toContain('unknown step "step 3"');
    expect(complaintAbout('step 0')).toContain('unknown step "step 0"');
  });
});

describe('a threshold that is nearly right', () => {
  it.each([
    ['p95 < 5s', 'a percentile is written p(95)'],
    ['p(95) <= basline*1.05', 'did you mean "baseline"?'],
    ['p(95) < 5s @ median within 30s of step 1', 'expected within before the quantifier'],
  ])('%s is told what is wrong', (expression, words) => {
    expect(parseThreshold(selector('queue_latency'), expression)).toEqual({ complaint: expect.stringContaining(words) });
  });
});
