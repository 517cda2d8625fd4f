import { prepareScenario } from '../../src/prepare.js';
import { runToEnd, ScenarioRun } from '../../src/run.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { Simulation } from '../../src/sim/simulation.js';
import { mm40, productShaped } from '../loads.js';
import { countArgument, measureAndPrint } from '../sample.js';
import { SilentSink } from './silent-sink.js';

/**
 * The real platform in virtual time: arrivals, limiter, runners, metrics, every checker, the hash, the verdict.
 * Usage: node platform.js product|mm40 REQUESTS [no-recorder]
 */
const LOADS = { product: productShaped, mm40 };

const load = LOADS[process.argv[2] as keyof typeof LOADS];
if (load === undefined) throw new Error(`expected one of ${Object.keys(LOADS).join(', ')}, got ${process.argv[2] ?? 'nothing'}`);
const requests = countArgument(3, 'requests');
const { variants } = prepareScenario(sourceOfData('bench', load(requests)));
const [{ scenario, plan }] = variants as [(typeof variants)[number]];
const noTraces = () => [];

function withRecorder() {
  const run = new ScenarioRun(scenario, plan, { seed: 1, variant: undefined, evidence: false, traceSource: noTraces });
  const { verdict, exitCode, events, hash, metrics } = runToEnd(run);
  if (verdict !== 'pass') throw new Error(`the run that is measured did not pass: exit code ${exitCode}`);
  const wait = metrics['queue_latency'];
  return {
    work: count('requests'),
    events,
    requeues: count('server_requeues'),
    timeouts: count('start_timeouts'),
    meanWaitUs: wait?.type === 'trend' ? Math.round((wait.avg ?? 0) * 1000) : 0,
    hash,
  };

  function count(metric: string): number {
    const value = metrics[metric];
    if (value?.type !== 'counter') throw new Error(`expected ${metric} to be a counter`);
    return value.count;
  }
}

/** The platform alone: nobody reads its history. */
function withoutRecorder() {
  const simulation = new Simulation(scenario, 1, new SilentSink(), noTraces);
  while (!simulation.advance(1_000_000));
  return { work: requests, events: simulation.platform.history.events, hash: simulation.hash };
}

measureAndPrint(process.argv[4] === 'no-recorder' ? withoutRecorder : withRecorder);
