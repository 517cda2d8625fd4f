import { keyedStream, Purpose, type RandomStream } from '../../core/random.js';
import { plannedEndUs } from '../../scenario/planned-end.js';
import { FAULT_KINDS, type Scenario, type StepSpec } from '../../scenario/types.js';
import { FaultTargets } from './fault-targets.js';
import { Strike } from './strike.js';
import { STRIKES } from './strikes.js';

/**
 * Draws the random faults of a scenario as ordinary steps, in the order of their times: a pure function of scenario and
 * seed. Each kind is on for the whole run or not; one that is on strikes a few times. Each strike has a stream of its
 * own, so that another kind, or one strike more, leaves all others as they were. Whatever can be whole again is so when
 * the window ends; runners that hung or crashed, keys, owners and a lost store stay as they are.
 * @param loadEndUs when the load ends, where a trace decides it; a window that ends after it makes the load longer
 */
export function drawFaultSteps(scenario: Scenario, seed: number, loadEndUs = plannedEndUs(scenario)): StepSpec[] {
  const { faults } = scenario;
  if (faults === undefined) return [];
  const { kinds, activation, strikes, fromUs, toUs = loadEndUs } = faults;
  if (toUs <= fromUs) return [];
  const targets = new FaultTargets(scenario);
  const steps: StepSpec[] = [];
  for (const [index, kind] of FAULT_KINDS.entries()) {
    if (!kinds.includes(kind)) continue;
    const count = strikesOf(keyedStream(seed, Purpose.fault, index, 0), activation, strikes);
    for (let nth = 1; nth <= count; nth++) {
      steps.push(...STRIKES[kind](new Strike(keyedStream(seed, Purpose.fault, index, nth), fromUs, toUs), targets));
    }
  }
  return steps.sort((one, other) => one.atUs - other.atUs);
}

/** Whether the kind is on, and how often it strikes: Poisson, but at least once. */
function strikesOf(stream: RandomStream, activation: number, mean: number): number {
  if (stream.uniform() >= activation) return 0;
  let count = 0;
  for (let sum = stream.exponential(); sum < mean; sum += stream.exponential()) count++;
  return Math.max(1, count);
}
