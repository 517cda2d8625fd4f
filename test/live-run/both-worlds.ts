import { expect } from 'vitest';
import type { ResultFile, RunResult } from '../../src/measure/result.js';
import { slotstorm } from '../cli/memory-outside.js';
import { K6_BIN } from '../load/k6/scene.js';

/** A shipped scenario, how fast it is run live, and which of its variants each driver can express. */
export interface Shipped {
  readonly name: string;
  /** Fast enough for a test, slow enough for what the scenario is about: its shortest time that matters, divided by this, is some ten ms. */
  readonly speed: number;
  readonly variants: readonly string[];
  /** What is changed in both worlds. */
  readonly settings?: readonly string[];
}

export const BURST: Shipped = { name: 'burst-submission', speed: 60, variants: ['backoff'] };
/** Over HTTP a burst takes its time, and whoever comes last may find a slot that has come free meanwhile: some wait less. */
export const BURST_IN_ORDER: Shipped = {
  name: 'burst-submission',
  speed: 10,
  variants: ['fifo'],
  settings: ['--set', 'expect.exercised.requeued_at_limit=>= 150'],
};
export const REVOCATION: Shipped = {
  name: 'key-revocation-mid-flight',
  speed: 60,
  variants: ['fal-939', 'fal-documented', 'nexaapi-claims', 'reference', 'fal-939-leases'],
};
export const START_TIMEOUT: Shipped = { name: 'start-timeout-expiry', speed: 10, variants: ['backoff', 'fifo'] };
export const DIRECT: Shipped = { name: 'direct-calls-retry', speed: 5, variants: ['js', 'python', 'plain'] };

/** Runs a scenario live and in virtual time. @returns the live runs, by variant */
export async function bothWorlds(
  driver: string,
  { name, speed, settings = [] }: Shipped,
  variants: readonly string[],
): Promise<ReadonlyMap<string, RunResult>> {
  const words = [`scenarios/${name}.yaml`, ...variants.flatMap((variant) => ['--variant', variant]), ...settings];
  const simulated = await resultOf(words);
  const live = await resultOf([...words, '--live', '--driver', driver, '--speed', String(speed)]);
  for (const [n, run] of live.runs.entries()) expect(verdictsOf(run), `${run.variant} by ${driver}`).toEqual(verdictsOf(simulated.runs[n] as RunResult));
  return new Map(live.runs.map((run) => [run.variant as string, run]));
}

async function resultOf(words: readonly string[]): Promise<ResultFile> {
  const { out, err, code } = await slotstorm(['run', ...words, '--json', '--reporter', 'none'], { env: { K6_BIN } });
  expect(out, `exit code ${code}: ${err}`).not.toBe('');
  return JSON.parse(out) as ResultFile;
}

/** What was expected, and whether it was so. How well the load was sent is the machine's matter, not the platform's. */
function verdictsOf({ thresholds, invariants, exercised }: RunResult): unknown {
  return {
    thresholds: thresholds.map(({ metric, expression, verdict }) => `${metric} ${expression}: ${verdict}`),
    invariants: invariants.map(({ id, expected, verdict }) => `${id} ${expected}: ${verdict}`),
    exercised: exercised.map(({ name, expression, verdict }) => `${name} ${expression}: ${verdict}`),
  };
}

/** Six ghosts: leases without work, found by the server's own history. */
export function expectSixGhosts(runs: ReadonlyMap<string, RunResult>): void {
  expect(runs.get('fal-939')?.metrics['leaked_slots']).toMatchObject({ value: 6 });
  expect(runs.get('reference')?.metrics['leaked_slots'] ?? { value: 0 }).toMatchObject({ value: 0 });
}
