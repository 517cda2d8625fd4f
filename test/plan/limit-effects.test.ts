import { describe, expect, test } from 'vitest';
import { METRICS, OUTCOME_TAGS } from '../../src/measure/metrics.js';
import { type LimitEffect, limitEffectOn } from '../../src/plan/limit-effects.js';
import { type Slo, Slos } from '../../src/plan/slos.js';

const NUMBERS = { trend: 'max', counter: 'count', gauge: 'value', rate: 'rate' };
const EVERY_METRIC = [...Object.keys(METRICS), ...OUTCOME_TAGS.map((outcome) => `requests{outcome:${outcome}}`)];

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
    ['effective_limit value == 20', 'limit'],
    ['effective_limit value >= 0', 'limit'],
    ['slot_utilisation value >= 0.5', 'limit'],
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

  test.each(EVERY_METRIC)('%s: no bound is easier to keep from both sides', (metric) => {
    const number = NUMBERS[METRICS[metric.replace(/\{.*/, '') as keyof typeof METRICS].type as keyof typeof NUMBERS];
    const unit = METRICS[metric.replace(/\{.*/, '') as keyof typeof METRICS].unit === 'ms' ? 's' : '';
    const sides = ['<', '>'].map((operator) => effectOf(`${metric} ${number} ${operator} 5${unit}`));
    expect(sides.filter((effect) => effect === 'eases').length).toBeLessThan(2);
  });
});

function effectOf(text: string): LimitEffect {
  return limitEffectOn(new Slos([text]).all[0] as Slo);
}
