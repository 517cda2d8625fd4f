import { US_PER_SECOND } from '../core/time.js';
import { type ExpectationPlan, planExpectations } from '../measure/expectations.js';
import { type LocatedProblem, type Problem, ScenarioError } from '../scenario/problems.js';
import { resolveScenario } from '../scenario/resolve.js';
import type { ScenarioInput } from '../scenario/schema.js';
import type { ArrivalSpec, Scenario } from '../scenario/types.js';
import { validateShape } from '../scenario/validate.js';

/** A scenario that was drawn or made simpler, ready to run. Without variants, traces and expectations of its own. */
export interface Story {
  readonly scenario: Scenario;
  readonly plan: ExpectationPlan;
}

/** The path that `slotstorm run` takes from a file's data to a run. @returns the story, or everything that is wrong with it */
export function readStory(input: ScenarioInput): Story | { readonly problems: readonly Problem[] } {
  const shape = validateShape(input);
  if ('problems' in shape) return shape;
  const resolved = resolveScenario(shape.parsed);
  if ('problems' in resolved) return resolved;
  return { scenario: resolved.scenario, plan: planExpectations(resolved.scenario.expect).plan };
}

/** @param where who made it, for the message @throws ScenarioError when it cannot be run */
export function mustReadStory(input: ScenarioInput, where: string): Story {
  const story = readStory(input);
  if ('problems' in story)
    throw new ScenarioError(story.problems.map((problem): LocatedProblem => ({ ...problem, file: where, line: undefined, column: undefined })));
  return story;
}

/** What makes a story long to read. */
export interface StorySize {
  readonly requests: number;
  readonly steps: number;
}

export function sizeOf(scenario: Scenario): StorySize {
  return { requests: requestsOf(scenario), steps: scenario.steps.length };
}

/** How many requests the workload makes at most, burst steps among them. */
export function requestsOf({ workload }: Scenario): number {
  return workload.reduce((sum, { arrivals }) => sum + mostOf(arrivals), 0);
}

function mostOf(arrivals: ArrivalSpec): number {
  switch (arrivals.kind) {
    case 'burst':
      return arrivals.count;
    case 'constant':
    case 'poisson':
      return Math.ceil(inSpan(arrivals));
    case 'batches':
      return Math.ceil(inSpan(arrivals)) * (arrivals.size.kind === 'constant' ? arrivals.size.count : Math.ceil(arrivals.size.mean));
    default:
      // Nothing else is drawn; what settings bring is a guess.
      return 1;
  }
}

function inSpan({ perSecond, fromUs, toUs }: { readonly perSecond: number; readonly fromUs: number; readonly toUs: number }): number {
  return ((toUs - fromUs) / US_PER_SECOND) * perSecond;
}
