import { describe, expect, it } from 'vitest';
import type { FormulaGuess } from '../../src/measure/capacity/plan-result.js';
import { assemblePlan } from '../../src/plan/assemble-plan.js';
import { formulaGuess } from '../../src/plan/formula-guess.js';
import { SimulatedPlanning } from '../../src/plan/planning.js';
import { SimulatorHere } from '../../src/plan/simulator-here.js';
import { Slos } from '../../src/plan/slos.js';
import { loadOfTrace } from '../../src/plan/trace/load-from-trace.js';
import { headline } from '../../src/report/plan/headline.js';
import { FormulaWorld, type FormulaWorldOptions } from './formula-world.js';
import { COLUMNS, recording } from './trace/trace-fixture.js';

describe('a plan', () => {
  it('is answered where one slot less was shown to fail', async () => {
    const plan = await planOf({});
    expect(plan).toMatchObject({ exitCode: 0, verdict: 'pass', answer: { limit: 69, why: undefined }, notes: [] });
  });

  it('is undecided where runs are too short to tell whether fewer slots do', async () => {
    const plan = await planOf({ settledFrom: 75 });
    expect(plan).toMatchObject({ exitCode: 96, verdict: 'undecided', answer: { limit: 75 } });
    expect(headline(plan)).toEqual({ verdict: 'undecided', text: 'Limit 75 is enough; runs are too short to tell whether fewer are' });
    expect(plan.answer.why).toContain('74 could not be decided: runs of 1s end before long queues have grown; it takes 2s');
  });

  it('notes a budget that can never pass with so few seeds', async () => {
    const note = 'With 32 seeds at most "start_timeouts < 0.1%" can never pass where none is lost: that takes 59 (--seeds).';
    const lost = { lost: () => 0 };
    expect((await planOf(lost, ['start_timeouts < 0.1%'], 32)).notes).toEqual([note]);
    expect((await planOf(lost, ['start_timeouts < 0.1%'], 64)).notes).toEqual([]);
    expect((await planOf(lost, ['start_timeouts < 20%'], 16)).notes).toEqual([]);
    expect((await planOf({}, ['p(95)<2s'], 16)).notes).toEqual([]);
    // One recorded history is what it is.
    expect((await planOf({ ...lost, isRecorded: true }, ['start_timeouts < 0.1%'])).notes).toEqual([]);
  });

  it('warns where a recording ends before its queue can build up', async () => {
    // Ten minutes of a request a second; each takes an hour, which may be 3.6 s.
    const slos = new Slos(['p(95)<5s']);
    const notesOf = async (workS: number) => {
      const load = loadOfTrace({ ...COLUMNS, waiting: 'fifo' }, slos, recording(Array.from({ length: 600 }, (_, atS) => ({ atS, workS }))));
      const planning = new SimulatedPlanning({ load, slos, simulator: new SimulatorHere(load.source), seed: 1 });
      return (await assembled(planning, formulaGuess(load.facts, slos))).notes;
    };
    expect(await notesOf(3_600)).toEqual([
      'Warning: limit 570 lies below what the load takes in the long run (stable from 3,601): service takes 1h on average in a recording of 9m 59s, ' +
        'which ends before the queue can build up. Check the unit in which service times were read (--service-unit ms?); where it is right, plan with a longer recording.',
    ]);
    expect(await notesOf(3.6)).toEqual([]);
  });
});

async function planOf(options: FormulaWorldOptions, texts: readonly string[] = ['p(95)<2s'], mostSeeds?: number) {
  const simulator = new FormulaWorld(options);
  const slos = new Slos(texts);
  const planning = new SimulatedPlanning({ load: simulator.load, slos, simulator, seed: 1, mostSeeds });
  return assembled(planning, { stableFrom: 61 });
}

async function assembled(planning: SimulatedPlanning, formula: FormulaGuess) {
  return assemblePlan({
    command: 'slotstorm plan',
    question: { slos: planning.slos, policy: 'fal-documented', switches: [], sha256: '', seed: 1, mostSeeds: planning.mostSeeds, warmupMs: 0 },
    load: planning.load.facts,
    formula,
    answer: await planning.smallestLimit({}),
    tiers: { tiers: [], source: '', text: '' },
    notes: [],
    meta: { date: '', host: '', node: '', wallMs: 0, simulatedRequests: 0, workers: '' },
  });
}
