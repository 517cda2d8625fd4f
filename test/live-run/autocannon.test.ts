import { describe, expect, it } from 'vitest';
import { slotstorm } from '../cli/memory-outside.js';
import { BURST, BURST_IN_ORDER, bothWorlds, DIRECT, expectSixGhosts, REVOCATION, START_TIMEOUT } from './both-worlds.js';

describe('what autocannon can express of the shipped scenarios gets the verdicts that it gets in virtual time', { timeout: 300_000 }, () => {
  it('burst-submission', async () => {
    await bothWorlds('autocannon', BURST, BURST.variants);
    await bothWorlds('autocannon', BURST_IN_ORDER, BURST_IN_ORDER.variants);
  });

  it('start-timeout-expiry', async () => {
    await bothWorlds('autocannon', START_TIMEOUT, START_TIMEOUT.variants);
  });

  it('direct-calls-retry, by a caller without retries', async () => {
    await bothWorlds('autocannon', DIRECT, ['plain']);
  });

  it('says what it cannot, and what it can: pacing and backoff are not to be had', async () => {
    const { code, err } = await slotstorm(['run', `scenarios/${DIRECT.name}.yaml`, '--live', '--driver', 'autocannon']);
    expect(code).toBe(104);
    expect(err).toMatch(/js: .*cannot back off/);
    expect(err).toContain('--variant plain');
    const paced = await slotstorm(['run', `scenarios/${REVOCATION.name}.yaml`, '--live', '--driver', 'autocannon']);
    expect(paced.code).toBe(104);
    expect(paced.err).toMatch(/poisson/i);
  });

  it('six ghosts under fal-939, when only the six are sent', async () => {
    const calm = ['--set', 'workload.1.arrivals={burst: 1, at: 10s}', '--set', 'expect.thresholds={leaked_slots: ["value >= 0"]}'];
    const { out, code, err } = await slotstorm([
      'run',
      `scenarios/${REVOCATION.name}.yaml`,
      '--live',
      '--driver',
      'autocannon',
      '--speed',
      '60',
      '--variant',
      'fal-939',
      ...calm,
      '--json',
      '--reporter',
      'none',
    ]);
    expect(out, `exit code ${code}: ${err}`).not.toBe('');
    const { runs } = JSON.parse(out) as { runs: Parameters<typeof expectSixGhosts>[0] extends ReadonlyMap<string, infer Run> ? Run[] : never };
    expectSixGhosts(new Map(runs.map((run) => [run.variant as string, run])));
  });
});
