import { describe, expect, it } from 'vitest';
import type { ResultFile } from '../../../src/measure/result.js';
import { renderOpenMetrics } from '../../../src/report/ci/openmetrics.js';
import { bareFixture, fixture, HOSTILE, seededFixture } from '../fixture.js';
import { comparison } from './gated-result.js';
import { readOpenMetrics } from './open-metrics-reader.js';

const LONG = 'x'.repeat(10_000);

function sampleOf(result: ResultFile, name: string, labels: Readonly<Record<string, string>>, family = name): number | undefined {
  return readOpenMetrics(renderOpenMetrics(result))
    .get(family)
    ?.samples.find((sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value))?.value;
}

describe('OpenMetrics', () => {
  it('says the verdict, the checks by what became of them, and the exit code', () => {
    expect(sampleOf(fixture(), 'slotstorm_verdict', { verdict: 'fail' })).toBe(1);
    expect(sampleOf(fixture(), 'slotstorm_verdict', { verdict: 'pass' })).toBe(0);
    expect(sampleOf(fixture(), 'slotstorm_exit_code', { scenario: 'a-story' })).toBe(98);
    expect(sampleOf(fixture(), 'slotstorm_checks', { standing: 'failed' })).toBe(2);
    expect(sampleOf(fixture(), 'slotstorm_seeds_failed', { variant: 'leaky' })).toBe(2);
    expect(sampleOf(fixture(), 'slotstorm_check_margin_ratio', { variant: 'leaky', scope: 'queue_latency{key:old}' })).toBeCloseTo(-7, 2);
  });

  it('gives times in seconds, counters summed over the seeds, and of the rest the lowest, median and highest seed', () => {
    const p95 = 'slotstorm_queue_latency_p95_seconds';
    expect(sampleOf(fixture(), p95, { variant: 'leaky', seeds: 'lowest' })).toBe(40.9);
    expect(sampleOf(fixture(), p95, { variant: 'leaky', seeds: 'highest' })).toBe(41.8);
    expect(sampleOf(fixture(), p95, { variant: 'leaky', key: 'old', seeds: 'median' })).toBe(0.9);
    expect(sampleOf(fixture(), 'slotstorm_client_retries_total', { variant: 'clean' }, 'slotstorm_client_retries')).toBe(26);
    expect(sampleOf(fixture(), 'slotstorm_cost_usd_total', { variant: 'clean' }, 'slotstorm_cost_usd')).toBe(3);
    expect(sampleOf(fixture(), 'slotstorm_requests_total', { variant: 'leaky', outcome: 'waiting' }, 'slotstorm_requests')).toBe(4);
    expect(sampleOf(fixture(), 'slotstorm_leaked_slots', { variant: 'leaky', seeds: 'highest' })).toBe(2);
  });

  it('leaves out what was never measured, rather than say zero', () => {
    expect(renderOpenMetrics(fixture())).not.toContain('slotstorm_time_to_heal');
  });

  it('holds queue latency as a histogram that counts as many as the buckets of the evidence', () => {
    const name = 'slotstorm_queue_latency_seconds';
    const bucket = (le: string): number | undefined => sampleOf(fixture(), `${name}_bucket`, { variant: 'leaky', le }, name);
    expect([bucket('0.5'), bucket('1.0'), bucket('10.0'), bucket('30.0'), bucket('60.0'), bucket('+Inf')]).toEqual([20, 35, 45, 45, 50, 50]);
    expect(sampleOf(fixture(), `${name}_sum`, { variant: 'leaky' }, name)).toBeCloseTo((40.9 / 3) * 50, 9);
  });

  it('names what decides against the baseline', () => {
    const result = { ...fixture(), comparison: comparison() };
    expect(sampleOf(result, 'slotstorm_regression_shift_ratio', { metric: 'queue_latency', number: 'p95', verdict: 'worse' })).toBe(0.25);
    expect(renderOpenMetrics(result)).not.toContain('metric="slot_hold"');
  });

  it('does not grow with the number of seeds', () => {
    const lines = (seeds: number): number => renderOpenMetrics(seededFixture(seeds)).split('\n').length;
    expect(lines(1_000)).toBe(lines(10));
  });

  it('is valid for a result that holds little', () => {
    expect([...readOpenMetrics(renderOpenMetrics(bareFixture())).keys()]).toContain('slotstorm_verdict');
  });

  it('keeps hostile names inside their quotes, and two long ones that begin alike apart', () => {
    const name = `${HOSTILE}\\"},x{y="z`;
    const result = fixture({ scenario: name, key: `a,endpoint:b,key:c ${name}`, account: name, endpoint: name, variant: `${LONG}1` });
    const both = {
      ...result,
      runs: result.runs.map((run) => (run.variant === 'clean' ? { ...run, variant: `${LONG}2` } : run)),
      variants: result.variants.map((info) => (info.name === 'clean' ? { ...info, name: `${LONG}2` } : info)),
    };
    const text = renderOpenMetrics(both);
    const families = readOpenMetrics(text);
    const variants = new Set(families.get('slotstorm_seeds_failed')?.samples.map(({ labels }) => labels['variant']));
    expect(variants.size).toBe(2);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u2028|\u202E/u);
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(3_000);
  });
});
