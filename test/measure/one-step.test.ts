import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ExecutionEnd, HistoryKind, Outcome } from '../../src/core/history.js';
import { metricValues } from '../../src/measure/judge.js';
import { Recorder, type Recording } from '../../src/measure/recorder.js';
import { prepareScenario } from '../../src/prepare.js';
import { RunSetup } from '../../src/run.js';
import { parseSource } from '../../src/scenario/source.js';
import type { Scenario } from '../../src/scenario/types.js';
import { Simulation } from '../../src/sim/simulation.js';

/** Takes what happened in one step fact by fact, as it would be told if it had happened one after the other. */
class FactByFact extends Recorder {
  override dispatched(request: number, lease: number, count: number, execution: number, runner = 0): void {
    this.record(HistoryKind.leaseGranted, request, lease, count);
    this.record(HistoryKind.executionStarted, request, execution, runner);
  }

  override completed(request: number, lease: number, count: number, execution: number): void {
    this.record(HistoryKind.executionEnded, request, execution, ExecutionEnd.completed);
    this.record(HistoryKind.leaseReleased, request, lease, count);
    this.record(HistoryKind.ended, request, Outcome.ok, 0);
  }
}

function recorded(scenario: Scenario, recorder: Recorder): Recording {
  const run = new Simulation(scenario, scenario.seed, recorder, () => []);
  while (!run.advance(100_000));
  return recorder.finish();
}

/** All that a recording says, as plain data. */
function said(recording: Recording, setup: RunSetup): unknown {
  const { invariants, exercised, evidence, leaks, leaksHidden, stepsUs } = recording;
  return { metrics: metricValues(recording, setup.selectors), invariants, exercised, evidence, leaks, leaksHidden, stepsUs };
}

const SCENARIOS = readdirSync('scenarios').filter((name) => name.endsWith('.yaml'));

describe('a dispatch and a completion that happen in one step', () => {
  const variants = SCENARIOS.flatMap((name) => prepareScenario(parseSource(name, readFileSync(`scenarios/${name}`, 'utf8'))).variants);

  test.each(variants.map((variant) => [`${variant.scenario.name} ${variant.name ?? ''}`, variant] as const))(
    'say in %s what their facts say one by one',
    (_, variant) => {
      const setup = new RunSetup(variant.scenario, variant.plan);
      const options = setup.recorderOptions(true);
      const inOneStep = recorded(variant.scenario, new Recorder(options));
      const factByFact = recorded(variant.scenario, new FactByFact(options));
      expect(said(inOneStep, setup)).toEqual(said(factByFact, setup));
    },
  );
});
