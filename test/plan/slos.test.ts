import { describe, expect, it, test } from 'vitest';
import { PlanError } from '../../src/plan/plan-error.js';
import { refuseSlips, Slos } from '../../src/plan/slos.js';

describe('an SLO', () => {
  test.each([
    ['p(95)<2s', 'queue_latency p(95)<2s'],
    ['  p(99) < 500ms ', 'queue_latency p(99) < 500ms'],
    ['avg < 1s', 'queue_latency avg < 1s'],
    ['time_to_result: p(99) < 30s', 'time_to_result p(99) < 30s'],
    ['time_to_result p(99)<30s', 'time_to_result p(99)<30s'],
    ['queue_latency{key:app}: p(95) < 2s', 'queue_latency{key:app} p(95) < 2s'],
    ['start_timeouts < 0.1%', 'start_timeouts < 0.1%'],
    ['gave_up: <=1%', 'gave_up < 1%'],
    ['start_timeouts count == 0', 'start_timeouts count == 0'],
    ['requests{outcome:failed} < 2%', 'requests{outcome:failed} < 2%'],
  ])('%j is read as %j, and as itself again', (text, read) => {
    expect(new Slos([text]).texts).toEqual([read]);
    expect(new Slos([read]).texts).toEqual([read]);
  });

  it('about requests asks for nothing beside it: only what waits are measured to is asked how it was dropped', () => {
    expect(new Slos(['requests{outcome:ok} count>10', 'gave_up{account:a} count == 0']).expect.thresholds).toEqual({
      'requests{outcome:ok}': ['count>10'],
      'gave_up{account:a}': ['count == 0'],
    });
    expect(Object.keys(new Slos(['time_to_result{account:a} p(95)<2s']).expect.thresholds)).toContain('requests{account:a,outcome:gave_up}');
  });

  test.each([
    ['p95 < 2s', 'a percentile is written p(95)'],
    ['p(95) < 2', undefined],
    ['latency p(95) < 2s', 'unknown metric "latency"'],
    ['p(95) < 2kg', 'queue_latency is measured in ms'],
    ['', 'expected a metric'],
    ['p(95) < baseline*1.1', 'a plan is held against another with --baseline'],
    ['p(95) < 2s @ median', 'the mean over all seeds'],
    ['failed_seeds < 5%', 'what a seed fails by is the SLO itself'],
    ['failed_seeds 5', 'expected a share such as failed_seeds < 0.1%'],
    ['start_timeouts < 0%', 'above 0%'],
    ['start_timeout < 1%', 'did you mean "start_timeouts"?'],
    ['<script>', 'expected a metric'],
  ])('%j is an error that says what is wrong', (text, complaint) => {
    const read = (): Slos => new Slos([text]);
    if (complaint === undefined) expect(read).not.toThrow();
    else expect(read).toThrow(complaint);
  });

  it('is asked for where there is none, and is given once', () => {
    expect(() => new Slos([])).toThrow(PlanError);
    expect(() => new Slos([])).toThrow("--slo 'p(95)<2s'");
    expect(() => new Slos(['p(95)<2s', 'queue_latency: p(95)<2s'])).toThrow('was given twice');
    expect(() => new Slos(['start_timeouts < 1%', 'start_timeouts < 2%'])).toThrow('one share of start_timeouts');
  });

  it('knows its place among the thresholds of the scenario, where those of one metric stand together', () => {
    const slos = new Slos(['p(95)<2s', 'time_to_result p(99)<30s', 'start_timeouts < 0.1%', 'p(99)<5s']);
    expect(slos.expect).toEqual({
      thresholds: { queue_latency: ['p(95)<2s', 'p(99)<5s'], time_to_result: ['p(99)<30s'] },
      budgets: { start_timeouts: '0.1%' },
    });
    expect(slos.all.map((slo) => (slo.kind === 'threshold' ? slo.place : slo.kind))).toEqual([0, 2, 'budget', 1]);
  });

  it('about waits is a goal for formulas; one about anything else is none', () => {
    const goals = new Slos(['p(95)<2s', 'med <= 1s', 'max < 60s', 'time_to_result p(99)<30s', 'start_timeouts < 0.1%']).waitGoals;
    expect(goals.map(({ share }) => share)).toEqual([0.95, 0.5]);
    expect(goals.map((goal) => goal.isMetBy(1000))).toEqual([true, true]);
    expect(goals.map((goal) => goal.isMetBy(2000))).toEqual([false, false]);
  });
});

describe('an SLO of the command line', () => {
  test.each([
    ['p(95)<2', '2 has no unit: write 2s or 2ms'],
    ['time_to_result: p(99) <= 1.5', '1.5 has no unit: write 1.5s or 1.5ms'],
    ['p(95)>2', '2 has no unit'],
    ['p(95)>2s', 'did you mean "p(95)<2s"?'],
    ['time_to_result{key:a} avg >= 30s', 'did you mean "time_to_result{key:a} avg <= 30s"?'],
  ])('%j is taken for a slip', (text, complaint) => {
    expect(() => refuseSlips(['p(99)<5s', text])).toThrow(complaint);
    expect(() => refuseSlips([text])).toThrow(PlanError);
    // In a scenario it says what k6 would read.
    expect(() => new Slos([text])).not.toThrow();
  });

  it('is none where only one reading is left', () => {
    refuseSlips([
      'p(95)<2s',
      'max <= 0',
      'p(95) < 1m30s',
      'time_to_result p(99)<500ms',
      'start_timeouts count == 0',
      'requests{outcome:ok} count > 10',
      'gave_up < 1%',
    ]);
    refuseSlips(['slot_utilisation value > 0.5', 'attempts_per_call p(95) < 3']);
  });
});
