import type { Experiment, ScoreCell, ScoreResult, Standing } from '../../src/measure/score/score-result.js';
import { QUESTIONS } from '../../src/score/questions.js';

function experiment(name: string, passed: boolean | undefined): Experiment {
  return {
    name,
    done: `${name} was done`,
    expected: `${name} was expected`,
    seen: `${name} was seen`,
    passed,
    evidence: 'evidence/one-http/calls.html',
    rerun: 'npx slotstorm score',
    figures: [
      { name: 'how long', value: 1.5, unit: 's' },
      { name: 'never', unit: 'slots' },
    ],
  };
}

function cell(standing: Standing, name: string): ScoreCell {
  return { standing, short: `${name} in short`, experiments: [experiment(name, standing === 'shown'), experiment(name, undefined)], source: name, says: name };
}

/** A scorecard in which every text of somebody else is `name`. */
export function scorecard(name = 'a name'): ScoreResult {
  return {
    schemaVersion: 1,
    tool: { name: 'slotstorm', version: '0.1.0' },
    questions: QUESTIONS,
    providers: [
      {
        name,
        kind: 'profile',
        doc: name,
        basis: name,
        cells: [cell('shown', name), cell('refuted', name), cell('claimed, not shown', name), cell('unknown', name), cell('shown', name)],
      },
      { name: 'http://127.0.0.1:8080', kind: 'live', doc: name, cells: QUESTIONS.map(() => ({ standing: 'unknown', short: 'not tried', experiments: [] })) },
    ],
    prices: [
      {
        provider: name,
        usdPerRequest: 0.03,
        priceSource: name,
        requests: 1000,
        stuckRequests: 6,
        stuckSeconds: 1234,
        usdWithoutStuck: 30,
        stuckRule: `unknown: ${name}`,
      },
    ],
    notes: [name],
    seed: 1,
    seeds: 20,
    command: 'npx slotstorm score --seeds 20',
    meta: { date: '2026-01-02T03:04:05.000Z' },
  };
}
