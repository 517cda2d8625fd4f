import type { ResultFile, RunResult } from '../../../src/measure/result.js';
import { type PreparedScenario, prepareScenario } from '../../../src/prepare.js';
import { assembleResult } from '../../../src/result-file.js';
import { RunSetup, runToEnd, ScenarioRun } from '../../../src/run.js';
import { parseSource } from '../../../src/scenario/source.js';

export const FILE = 'scenarios/x.yaml';

/** A small platform: two slots, requests of one second that come too fast for them. */
export function story(expect: string, more = ''): string {
  return `name: small
platform:
  policy: reference
  accounts: [{ id: acme, limit: 2, keys: [old, new] }]
  endpoints: [{ id: model, service: { exponential: { mean: 1s } } }]
workload:
  - { as: acme/old, endpoint: model, arrivals: { burst: 8, at: 0s } }
  - { as: acme/new, endpoint: model, arrivals: { poisson: 1/s, from: 0s, to: 30s } }
recovery: 2m
${more}expect:
${expect}`;
}

export function prepared(text: string, file = FILE): PreparedScenario {
  return prepareScenario(parseSource(file, text));
}

/** What is wrong with a scenario, in words. */
export function complaintsAbout(text: string): string {
  try {
    prepared(text);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

/** Runs so many seeds of a scenario and judges them. */
export function judged(text: string, seeds = 1): ResultFile {
  return judgedScenario(prepared(text), seeds);
}

export function judgedScenario(scenario: PreparedScenario, seeds = 1): ResultFile {
  const numbers = Array.from({ length: seeds }, (_, at) => at + 1);
  const runs = scenario.variants.flatMap((variant) => {
    const setup = new RunSetup(variant.scenario, variant.plan);
    return numbers.map((seed): RunResult => {
      const options = { seed, variant: variant.name, evidence: false, traceSource: noTrace };
      return runToEnd(new ScenarioRun(variant.scenario, variant.plan, options, setup));
    });
  });
  return assembleResult(scenario, numbers, runs, { date: '2026-01-01T00:00:00.000Z', host: 'test', platform: 'test', node: 'test', durationMs: 0 });
}

function noTrace(file: string): never {
  throw new Error(`this scenario has no trace, but asked for ${file}`);
}
