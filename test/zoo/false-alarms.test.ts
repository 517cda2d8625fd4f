import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INVARIANT_IDS } from '../../src/measure/invariants/registry.js';
import type { Drill } from '../../src/zoo/drill.js';
import { MEASURED } from '../../src/zoo-document.js';
import { bundled } from '../helpers/bundled.js';

const { runDrill } = await bundled<typeof import('../../src/zoo-study.js')>('src/zoo-study.ts');

const RUNS = 300;
const MEASURED_RUNS = 10_000;

const known = new Map<string, Drill>();

/** Each is run once, for several tests look at it. */
function drill(name: string): Drill {
  const path = `scenarios/zoo/healthy/${name}.yaml`;
  const done = known.get(name) ?? runDrill({ path, text: readFileSync(path, 'utf8') }, RUNS);
  known.set(name, done);
  return done;
}

describe('platforms that work raise no alarm', () => {
  it('under ordinary load', () => {
    const { alarms, runs } = drill('calm');
    expect(alarms).toEqual([]);
    expect(runs).toBe(RUNS);
  });

  it('under legal stress: drained and cancelled revocations, limits down and up, cancels, deadlines, streams, slow releases', () => {
    const { alarms, exercised } = drill('stress');
    expect(alarms).toEqual([]);
    for (const met of [
      'revoked_in_progress',
      'limit_lowered_while_in_use',
      'limit_raised_while_waiting',
      'cancelled_queued',
      'cancelled_in_progress',
      'start_timeouts',
    ])
      expect(exercised[met], met).toBeGreaterThan(RUNS / 10);
  });

  it('although every checker had something to look at', () => {
    const drills = [drill('calm'), drill('stress')];
    expect(INVARIANT_IDS.filter((id) => drills.every(({ examined }) => examined[id] === 0))).toEqual([]);
  });

  it('and did not in ten thousand runs of each, as docs/zoo.md says', () => {
    const kept = JSON.parse(readFileSync(MEASURED.drills, 'utf8')) as Drill[];
    expect(kept.map(({ name, runs, alarms }) => ({ name, runs, alarms }))).toEqual([
      { name: 'healthy-calm', runs: MEASURED_RUNS, alarms: [] },
      { name: 'healthy-stress', runs: MEASURED_RUNS, alarms: [] },
    ]);
  });
});
