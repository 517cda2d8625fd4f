import { loadScenario } from '../../src/cli/load-scenario.js';
import { realOutside } from '../../src/cli/outside.js';
import type { ResultFile } from '../../src/measure/result.js';
import { prepareScenario } from '../../src/prepare.js';
import { assembleResult } from '../../src/result-file.js';
import { RunSetup, ScenarioRun } from '../../src/run.js';
import type { Setting } from '../../src/scenario/set-path.js';

const META = { date: '2026-01-02T03:04:05Z', host: 'machine', platform: 'linux x64', node: 'v20.20.2', durationMs: 41 };
const SLICE = 1_000_000;

/** What `slotstorm run` writes of a shipped scenario, with evidence of each variant's first seed. */
export async function realResult(file: string, seeds: readonly number[] = [1], settings: readonly Setting[] = []): Promise<ResultFile> {
  const prepared = prepareScenario(await loadScenario(file, realOutside().files), settings);
  const runs = prepared.variants.flatMap(({ name, scenario, plan }) => {
    const setup = new RunSetup(scenario, plan);
    return seeds.map((seed, at) => {
      const run = new ScenarioRun(scenario, plan, { seed, variant: name, evidence: at === 0, traceSource: noTrace }, setup);
      while (!run.advance(SLICE));
      return run.result();
    });
  });
  return assembleResult(prepared, seeds, runs, META);
}

function noTrace(file: string): never {
  throw new Error(`no test opens a recorded trace, but ${file} was asked for`);
}
