import { describe, expect, it } from 'vitest';
import { CoverageReader } from '../../src/fuzz/coverage-reader.js';
import { Storyteller } from '../../src/fuzz/storyteller.js';
import { runTrial } from '../../src/fuzz/trial.js';
import { prepareScenario } from '../../src/prepare.js';
import { runToEnd, ScenarioRun } from '../../src/run.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { FAULT_KINDS } from '../../src/scenario/types.js';
import { bounds, broken, seeds } from './bounds.js';

describe('a trial', () => {
  it.each(['reference', 'fal-939'] as const)('of %s has the history and the verdicts of slotstorm run', (policy) => {
    const within = bounds({ policy });
    const teller = new Storyteller(within);
    for (const seed of seeds(60, 970)) {
      const drawn = teller.draw(seed);
      const [variant] = prepareScenario(sourceOfData('story', drawn.input())).variants;
      const run = runToEnd(
        new ScenarioRun(variant!.scenario, variant!.plan, { seed: variant!.scenario.seed, variant: undefined, evidence: false, traceSource: () => [] }),
      );
      const trial = runTrial(drawn, seed);
      expect(trial.hash, `seed ${seed}`).toBe(run.hash);
      expect(trial.invariants).toEqual(run.invariants);
      expect(trial.exercised).toEqual(run.exercise);
    }
  });

  it('is not changed by who counts what it met', () => {
    const teller = new Storyteller(broken('fence', 'none'));
    const reader = new CoverageReader();
    for (const seed of seeds(40)) {
      const drawn = teller.draw(seed);
      reader.begin(drawn.scenario);
      expect(runTrial(drawn, seed, reader)).toEqual(runTrial(drawn, seed));
    }
  });

  it('that takes more events than any story may is a run without end', () => {
    const drawn = new Storyteller(bounds()).draw(1);
    expect(runTrial(drawn, 1, undefined, 5).failure).toEqual({ kind: 'hang', message: 'the run had not ended after 5 events' });
  });

  it('in which slotstorm itself breaks says where', () => {
    const drawn = new Storyteller(bounds()).draw(1);
    const reader = new CoverageReader();
    reader.record = () => {
      throw new TypeError('no such request');
    };
    const { failure } = runTrial(drawn, 1, reader);
    expect(failure).toMatchObject({ kind: 'error', message: 'TypeError: no such request' });
  });
});

describe('coverage', () => {
  function met(changes: Parameters<typeof bounds>[0], count: number): ReturnType<CoverageReader['take']> {
    const teller = new Storyteller(bounds(changes));
    const reader = new CoverageReader();
    for (const seed of seeds(count)) {
      const drawn = teller.draw(seed);
      reader.begin(drawn.scenario);
      reader.end(runTrial(drawn, seed, reader).exercised);
    }
    return reader.take();
  }

  it('counts every kind of fault in the runs that had it, and in those where it found a victim', () => {
    const { runs, on, hit } = met({}, 600);
    expect(runs).toBe(600);
    for (const [kind, count] of Object.entries(on)) {
      expect(hit[kind as keyof typeof hit] ?? 0, `${kind} never found a victim`).toBeGreaterThan(0);
      expect(hit[kind as keyof typeof hit]).toBeLessThanOrEqual(count as number);
    }
    expect(Object.keys(on).length).toBe(FAULT_KINDS.length);
  });

  it('is empty without faults, but for what load alone exercises', () => {
    const { on, hit, crashPoints, messages, exercised } = met({ faults: [] }, 100);
    expect([on, hit, crashPoints, messages.lost, messages.late, messages.twice]).toEqual([{}, {}, {}, {}, {}, {}]);
    expect(exercised['requeued_at_limit']).toBeGreaterThan(0);
    expect(exercised['runner_crashes_busy']).toBe(0);
  });

  it('begins anew when it was taken', () => {
    const reader = new CoverageReader();
    const drawn = new Storyteller(bounds()).draw(1);
    reader.begin(drawn.scenario);
    reader.end(runTrial(drawn, 1, reader).exercised);
    expect(reader.take().runs).toBe(1);
    expect(reader.take().runs).toBe(0);
  });
});
