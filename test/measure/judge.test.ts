import { describe, expect, it } from 'vitest';
import { EXIT_CODES, exitCodeOfRun, verdictOfCode, worstExitCode } from '../../src/measure/exit-codes.js';
import type { Verdict } from '../../src/measure/result.js';
import { flow, runScenario, scenario } from '../helpers/scenario.js';
import { policyOf, S } from '../helpers/world.js';

describe('a verdict', () => {
  it('passes when every expectation is met', () => {
    const run = runScenario(scenario(), { expect: { thresholds: { queue_latency: ['max == 0'] }, exercised: { start_timeouts: '== 0' } } });
    expect(run).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(run.thresholds).toMatchObject([{ metric: 'queue_latency', expression: 'max == 0', actual: 0, limit: 0, unit: 'ms', n: 1, verdict: 'pass' }]);
  });

  it('fails with 99 when a threshold is crossed', () => {
    const run = runScenario(scenario(), { expect: { thresholds: { time_to_result: ['avg < 10s'] } } });
    expect(run).toMatchObject({ verdict: 'fail', exitCode: 99 });
    expect(run.thresholds[0]).toMatchObject({ actual: 10_000, limit: 10_000, verdict: 'fail' });
  });

  it('is undecided about a metric without samples, whatever the threshold says: it never passes', () => {
    for (const expression of ['p(95) < 5s', 'max == 0', 'avg >= 0']) {
      const run = runScenario(scenario({ workload: [] }), { expect: { thresholds: { queue_latency: [expression] } } });
      expect(run.thresholds[0]).toMatchObject({ actual: undefined, n: 0, verdict: 'undecided' });
      expect(run).toMatchObject({ verdict: 'undecided', exitCode: 96 });
    }
  });

  it('is undecided about tags that nothing carried', () => {
    const run = runScenario(scenario(), {
      expect: { thresholds: { 'leaked_slots{key:nobody}': ['value == 0'], 'requests{mode:run,outcome:ok}': ['count == 0'] } },
    });
    expect(run.thresholds.map(({ verdict }) => verdict)).toEqual(['undecided', 'undecided']);
  });

  it('is undecided about a law that is asked for by name and that the policy does not promise, and fails where it is to break', () => {
    const asked = (state: 'held' | 'violated') => runScenario(scenario(), { expect: { invariants: { 'L-WC': state } } });
    expect(asked('held')).toMatchObject({ verdict: 'undecided', exitCode: 96 });
    expect(asked('violated')).toMatchObject({ verdict: 'fail', exitCode: 98 });
    expect(runScenario(scenario()).exitCode).toBe(0);
  });

  it('fails with 99 when something was to be exercised and was not', () => {
    const run = runScenario(scenario(), { expect: { exercised: { revoked_in_progress: '>= 1' } } });
    expect(run.exercised).toEqual([{ name: 'revoked_in_progress', expression: '>= 1', actual: 0, verdict: 'fail' }]);
    expect(run.exitCode).toBe(99);
  });

  const ghosts = scenario({ policy: policyOf('fal-939'), workload: [flow()], steps: [{ do: 'revoke-key', atUs: S, key: { account: 'acme', key: 'key' } }] });

  it('fails with 98 when an invariant breaks, also when a threshold is crossed as well', () => {
    expect(runScenario(ghosts, { expect: { thresholds: { leaked_slots: ['value == 0'] } } })).toMatchObject({ verdict: 'fail', exitCode: 98 });
  });

  it('passes a story about a broken platform that breaks as told', () => {
    const invariants = { 'S-ORPH': 'violated', 'L-REL': 'violated', 'L-QUIET': 'violated', 'L-TERM': 'violated' } as const;
    expect(runScenario(ghosts, { expect: { invariants } })).toMatchObject({ verdict: 'pass', exitCode: 0 });
  });

  it('fails the same story when the platform has been mended', () => {
    const mended = { ...ghosts, platform: { ...ghosts.platform, policy: policyOf('reference') } };
    expect(runScenario(mended, { expect: { invariants: { 'L-REL': 'violated' } } })).toMatchObject({ verdict: 'fail', exitCode: 98 });
  });

  it('lets warnings and what is off decide nothing, and says of each what it is', () => {
    const run = runScenario(ghosts, {
      expect: {
        thresholds: { leaked_slots: [{ threshold: 'value == 0', level: 'warn' }, { threshold: 'max == 0', level: 'off' }, 'value > 0'] },
        exercised: { start_timeouts: { is: '>= 1', level: 'warn' } },
        invariants: Object.fromEntries(['S-ORPH', 'L-REL', 'L-QUIET', 'L-TERM'].map((id) => [id, { is: 'held' as const, level: 'warn' as const }])),
      },
    });
    expect(run).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(run.thresholds).toMatchObject([{ verdict: 'fail', level: 'warn' }, { verdict: 'fail', level: 'off' }, { verdict: 'pass' }]);
    expect(run.thresholds[2]).not.toHaveProperty('level');
    expect(run.exercised).toMatchObject([{ verdict: 'fail', level: 'warn' }]);
    expect(run.invariants.find(({ id }) => id === 'L-REL')).toMatchObject({ verdict: 'fail', level: 'warn' });
    expect(run.invariants.find(({ id }) => id === 'S-CAP')).not.toHaveProperty('level');
  });

  it('is undecided about fewer samples than asked for, whichever way they point', () => {
    for (const threshold of ['avg < 1h', 'avg > 1h']) {
      const run = runScenario(scenario(), { expect: { thresholds: { time_to_result: [{ threshold, minSamples: 2 }] } } });
      expect(run.thresholds[0]).toMatchObject({ n: 1, actual: 10_000, verdict: 'undecided' });
      expect(run.exitCode).toBe(96);
    }
  });

  it('leaves to the gate what speaks over seeds', () => {
    const run = runScenario(scenario(), { expect: { thresholds: { time_to_result: ['avg < 1s @ median'] } } });
    expect(run).toMatchObject({ exitCode: 0, thresholds: [{ verdict: 'fail', over: 'median' }] });
  });

  it('is undecided about a baseline that it does not know', () => {
    const run = runScenario(scenario(), { expect: { thresholds: { time_to_result: ['avg <= baseline'] } } });
    expect(run).toMatchObject({ exitCode: 96, thresholds: [{ actual: 10_000, limit: Number.NaN, verdict: 'undecided' }] });
  });

  it('does not judge what is switched off', () => {
    const invariants = { 'S-ORPH': 'off', 'L-REL': 'off', 'L-QUIET': 'off', 'L-TERM': 'off' } as const;
    const run = runScenario(ghosts, { expect: { invariants } });
    expect(run.exitCode).toBe(0);
    expect(run.invariants.find(({ id }) => id === 'L-REL')).toMatchObject({ state: 'violated', expected: 'off', verdict: 'pass' });
  });
});

describe('exit codes', () => {
  it('of several at once the gravest wins: 1 > 104 > 98 > 99 > 97 > 96 > 0', () => {
    const byGravity = [1, 104, 98, 99, 97, 96, 0];
    for (let from = 0; from < byGravity.length; from++) expect(worstExitCode(byGravity.slice(from).toReversed())).toBe(byGravity[from]);
    expect(worstExitCode([])).toBe(0);
  });

  it('are in the order of precedence, every one of them', () => {
    for (const { code } of Object.values(EXIT_CODES)) expect(worstExitCode([0, code])).toBe(code);
  });

  it('follow from the verdicts of a run', () => {
    const of = (invariant: Verdict, threshold: Verdict, exercised: Verdict): number =>
      exitCodeOfRun({ invariants: [{ verdict: invariant }], thresholds: [{ verdict: threshold }], exercised: [{ verdict: exercised }] } as never);
    expect([of('pass', 'pass', 'pass'), of('undecided', 'pass', 'pass'), of('pass', 'undecided', 'pass'), of('undecided', 'fail', 'pass')]).toEqual([
      0, 96, 96, 99,
    ]);
    expect([of('fail', 'fail', 'fail'), of('pass', 'pass', 'fail'), of('fail', 'undecided', 'pass')]).toEqual([98, 99, 98]);
  });

  it('only 0 is a pass, and 96 is neither', () => {
    expect([0, 96, 97, 98, 99, 104, 1].map(verdictOfCode)).toEqual(['pass', 'undecided', 'fail', 'fail', 'fail', 'fail', 'fail']);
  });
});
