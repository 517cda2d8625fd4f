import { prepareScenario } from '../../src/prepare.js';
import { RunSetup, runToEnd, ScenarioRun } from '../../src/run.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { shortRun } from '../loads.js';
import { countArgument, measureAndPrint } from '../sample.js';

/** Many short runs with all checks, a new engine for each seed. Usage: node short-runs.js REQUESTS SEEDS */
const WARM_UP_SEEDS = 200;

const requests = countArgument(2, 'requests');
const seeds = countArgument(3, 'seeds');
const { variants } = prepareScenario(sourceOfData('bench', shortRun(requests)));
const [{ scenario, plan }] = variants as [(typeof variants)[number]];
const setup = new RunSetup(scenario, plan);

function run(seed: number): { readonly hash: string; readonly events: number } {
  const result = runToEnd(new ScenarioRun(scenario, plan, { seed, variant: undefined, evidence: false, traceSource: () => [] }, setup));
  if (result.verdict === 'fail') throw new Error(`seed ${seed} did not pass: exit code ${result.exitCode}`);
  return result;
}

for (let seed = 1; seed <= WARM_UP_SEEDS; seed++) run(seed);
measureAndPrint(() => {
  let hash = 0;
  let events = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const result = run(WARM_UP_SEEDS + seed);
    hash = (Math.imul(hash, 31) + Number.parseInt(result.hash.slice(0, 8), 16)) | 0;
    events += result.events;
  }
  return { work: seeds, events, hash: (hash >>> 0).toString(16).padStart(8, '0') };
});
