import { describe, expect, it, test } from 'vitest';
import { METRICS, type MetricValue, OUTCOME_TAGS } from '../../src/measure/metrics.js';
import { type LimitEffect, limitEffectOn } from '../../src/plan/limit-effects.js';
import { runPrepared } from '../../src/plan/run-point.js';
import { type Slo, Slos } from '../../src/plan/slos.js';
import { type PreparedVariant, prepareScenario } from '../../src/prepare.js';
import { sourceOfData } from '../../src/scenario/source.js';

const NUMBERS = { trend: 'avg', counter: 'count', gauge: 'value', rate: 'rate' };
const EVERY_METRIC = [...Object.keys(METRICS), ...OUTCOME_TAGS.map((outcome) => `requests{outcome:${outcome}}`)];

/** Leaks, crashes, failures, keys that are revoked; and what is not over yet at the end of the run. */
const OF_FAULTS = [
  ...['leaked_slots', 'leaked_slot_seconds', 'over_admission_seconds', 'unleased_seconds', 'lost_requests', 'duplicate_executions', 'time_to_heal'],
  ...['failed', 'revoked', 'unauthorized', 'in_progress', 'lost'].map((outcome) => `requests{outcome:${outcome}}`),
];
const OF_WHO_IS_SERVED = ['slot_hold', 'cost_usd'];
const OF_THE_LIMIT = ['slots_in_use'];
const NOT_BY_THE_STORY = [...OF_FAULTS, ...OF_WHO_IS_SERVED, ...OF_THE_LIMIT];

const CALLS = { as: 'acme', endpoint: 'model', arrivals: { poisson: '0.3/s', to: '2m' } };
const IMPATIENT = {
  name: 'impatient',
  seed: 1,
  workload: [
    CALLS,
    { ...CALLS, startTimeout: '20s' },
    { ...CALLS, call: 'run', sdk: 'js' },
    { ...CALLS, call: 'subscribe', sdk: 'python', clientTimeout: '10s' },
    { ...CALLS, patience: '15s', maxVUs: 4 },
  ],
  recovery: '10s',
};
const platformOf = (limit: number) => ({
  policy: 'fal-documented',
  accounts: [{ id: 'acme', limit }],
  endpoints: [{ id: 'model', service: { exponential: { mean: '4s' } } }],
});

describe('what a larger limit does to a promise', () => {
  test.each<[string, LimitEffect]>([
    ['p(95) < 2s', 'eases'],
    ['queue_latency max == 0', 'eases'],
    ['http_429 count == 0', 'eases'],
    ['gave_up < 1%', 'eases'],
    ['requests{outcome:start_timeout} < 1%', 'eases'],
    ['requests{outcome:ok} count >= 50', 'eases'],
    ['requests{outcome:ok} count == 200', 'eases'],
    ['slot_utilisation avg < 0.8', 'eases'],
    ['slots_in_use max <= 10', 'limit'],
    ['slots_in_use{endpoint:a} max == 3', 'limit'],
    ['slots_in_use max > 2', 'limit'],
    ['slots_in_use max != 3', 'limit'],
    ['slots_in_use value == 1', 'limit'],
    ['slots_in_use value <= 1', 'limit'],
    ['effective_limit value == 20', 'limit'],
    ['effective_limit value == 0', 'limit'],
    ['effective_limit value != 3', 'limit'],
    ['effective_limit value <= 20', 'limit'],
    ['slot_utilisation value >= 0.5', 'limit'],
    ['slot_utilisation value == 0.5', 'limit'],
    // More slots than leak, and so many left: more of them help.
    ['effective_limit value >= 3', 'eases'],
    ['effective_limit value >= 0', 'eases'],
    ['effective_limit min > 0', 'eases'],
    // All slots come back, or some are taken, however many there are.
    ['slots_in_use value == 0', 'open'],
    ['slots_in_use value <= 0', 'open'],
    ['slots_in_use value < 1', 'open'],
    ['slots_in_use max > 0', 'open'],
    ['slots_in_use max >= 1', 'open'],
    ['slots_in_use max != 0', 'open'],
    // Everybody makes one attempt: one at most is the best there is, one at least asks for nothing.
    ['attempts_per_call max == 1', 'eases'],
    ['attempts_per_call max <= 1', 'eases'],
    ['attempts_per_call max >= 1', 'open'],
    ['attempts_per_call max > 0', 'open'],
    ['attempts_per_call max != 0', 'open'],
    ['attempts_per_call max > 1', 'harm'],
    ['attempts_per_call max != 1', 'harm'],
    ['attempts_per_call max == 4', 'harm'],
    ['http_429 count > -1', 'open'],
    ['http_429 count > 0', 'harm'],
    ['queue_latency{key:new} p(95) > 5s', 'harm'],
    ['start_timeouts count >= 26', 'harm'],
    ['gave_up count == 20', 'harm'],
    ['http_429 count != 0', 'harm'],
    ['leaked_slots value == 6', 'harm'],
    ['requests{outcome:failed} count > 20', 'harm'],
    ['requests{outcome:ok} count < 700', 'less'],
    ['requests count < 3100', 'less'],
    ['leaked_slots value == 0', 'open'],
    ['lost_requests < 0.1%', 'open'],
    ['requests{outcome:failed} count < 120', 'open'],
    ['requests count > 2400', 'open'],
    ['http_429 count >= 0', 'open'],
    ['gave_up count != 3', 'open'],
    ['cost_usd count < 5', 'open'],
  ])('%j: %s', (text, effect) => {
    expect(effectOf(text)).toBe(effect);
  });

  describe('is what simulation shows', () => {
    const [few, many] = [totalsAt(3), totalsAt(30)];
    const moved = (isSo: (before: number, after: number) => boolean): string[] =>
      EVERY_METRIC.filter((name) => !NOT_BY_THE_STORY.includes(name) && isSo(few[name] ?? 0, many[name] ?? 0));
    const fewer = moved((before, after) => after < before);
    const more = moved((before, after) => after > before);

    it('of what becomes less', () => {
      expect(fewer.filter((name) => name !== 'slot_utilisation').map((name) => [name, ...sidesOf(name)])).toEqual(
        fewer.filter((name) => name !== 'slot_utilisation').map((name) => [name, 'eases', 'harm']),
      );
      // Busy slots are no harm: with fewer of them more would be busy.
      expect(fewer).toContain('slot_utilisation');
      expect(sidesOf('slot_utilisation')).toEqual(['eases', 'limit']);
    });

    it('of what becomes more', () => {
      expect(more).toEqual(['effective_limit', 'requests', 'requests{outcome:ok}']);
      expect(more.map(sidesOf)).toEqual([
        ['limit', 'eases'],
        ['less', 'open'],
        ['less', 'eases'],
      ]);
    });

    it('and nothing else moves but what follows from something else', () => {
      expect([...fewer, ...more, ...NOT_BY_THE_STORY].sort()).toEqual([...EVERY_METRIC].sort());
    });
  });

  test.each(OF_FAULTS)('%s comes of faults: how often does not follow from the limit', (name) => {
    expect(sidesOf(name)).toEqual(['open', 'harm']);
  });

  test.each(OF_WHO_IS_SERVED)('%s hangs on who is served: longer work takes longer, and costs more', (name) => {
    expect(sidesOf(name)).toEqual(['open', 'open']);
  });

  test.each(OF_THE_LIMIT)('%s: so many are taken as there are', (name) => {
    expect(sidesOf(name)).toEqual(['limit', 'limit']);
  });
});

/** What a bound above and a bound below come to. */
function sidesOf(name: string): LimitEffect[] {
  const { type, unit } = METRICS[name.replace(/\{.*/, '') as keyof typeof METRICS];
  return ['<', '>'].map((operator) => effectOf(`${name} ${NUMBERS[type]} ${operator} 5${unit === 'ms' ? 's' : ''}`));
}

/** Of a story in which slots are too few, or plenty, for people who wait, try again, lose their patience or give up: the sum over seeds. */
function totalsAt(limit: number): Record<string, number> {
  const thresholds = Object.fromEntries(EVERY_METRIC.map((name) => [name, `${numberOf(name)} >= 0`]));
  const [variant] = prepareScenario(sourceOfData('story', { ...IMPATIENT, platform: platformOf(limit), expect: { thresholds } })).variants as [PreparedVariant];
  const totals: Record<string, number> = {};
  for (const seed of [1, 2, 3, 4]) {
    const { metrics } = runPrepared(variant, seed);
    for (const name of EVERY_METRIC) totals[name] = (totals[name] ?? 0) + amountOf(metrics[name], numberOf(name));
  }
  return totals;
}

function numberOf(name: string): string {
  return NUMBERS[METRICS[name.replace(/\{.*/, '') as keyof typeof METRICS].type];
}

function amountOf(value: MetricValue | undefined, number: string): number {
  return value === undefined || value.n === 0 ? 0 : ((value as unknown as Record<string, number>)[number] ?? 0);
}

function effectOf(text: string): LimitEffect {
  return limitEffectOn(new Slos([text]).all[0] as Slo);
}
