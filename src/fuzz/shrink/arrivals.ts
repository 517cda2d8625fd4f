import { durationText } from '../../scenario/duration-text.js';
import type { ScenarioInput } from '../../scenario/schema.js';
import type { FlowSpec } from '../../scenario/types.js';
import { arrivalProcess } from '../../sim/arrivals.js';
import { readStory } from '../story.js';
import type { Reduction, ShrinkContext } from './reduction.js';

type FlowInput = NonNullable<ScenarioInput['workload']>[number];

/** All requests of an entry at once: when its first one comes. */
export const burstArrivals: Reduction = {
  name: 'bursts',
  *candidates(story, context) {
    for (const [n, flow] of (story.workload ?? []).entries()) {
      if (flow.arrivals.burst !== undefined) continue;
      const times = timesOf(story, n, context);
      const first = times[0];
      if (first !== undefined) yield withFlows(story, n, [{ ...flow, arrivals: { burst: times.length, at: durationText(first) } }]);
    }
  },
};

/**
 * Requests one by one, at the times at which they came: each can then be left out by itself. For entries whose burst does
 * not do, and only once: afterwards entries are merged again.
 */
export const singleArrivals: Reduction = {
  name: 'single requests',
  *candidates(story, context) {
    for (const [n, flow] of (story.workload ?? []).entries()) {
      if (flow.arrivals.burst !== undefined) continue;
      const singles = timesOf(story, n, context).map((atUs): FlowInput => ({ ...flow, arrivals: { burst: 1, at: durationText(atUs) } }));
      if (singles.length > 0) yield withFlows(story, n, singles);
    }
  },
};

/** The whole story begins with its first request. */
export const earlierStart: Reduction = {
  name: 'an earlier start',
  *candidates(story) {
    const read = readStory(story);
    if ('problems' in read) return;
    const { workload, steps } = read.scenario;
    const starts = workload.map(({ arrivals }) => (arrivals.kind === 'burst' ? arrivals.atUs : 0));
    const firstUs = Math.min(...starts, ...steps.map((step) => step.atUs));
    if (firstUs <= 0) return;
    yield {
      ...story,
      workload: (story.workload ?? []).map((flow, n) => ({ ...flow, arrivals: { ...flow.arrivals, at: durationText((starts[n] ?? 0) - firstUs) } })),
      steps: (story.steps ?? []).map((step, n) => ({ ...step, at: durationText((steps[n]?.atUs ?? 0) - firstUs) })),
    };
  },
};

function withFlows(story: ScenarioInput, at: number, flows: readonly FlowInput[]): ScenarioInput {
  const workload = story.workload ?? [];
  return { ...story, workload: [...workload.slice(0, at), ...flows, ...workload.slice(at + 1)] };
}

/** When the requests of an entry come, µs: worked out as the simulation does, without a run. */
function timesOf(story: ScenarioInput, flow: number, { seed }: ShrinkContext): number[] {
  const read = readStory(story);
  if ('problems' in read) return [];
  const { arrivals } = read.scenario.workload[flow] as FlowSpec;
  if (arrivals.kind === 'trace' || arrivals.kind === 'closedLoop') return [];
  const process = arrivalProcess(arrivals, seed, flow);
  const times: number[] = [];
  let atUs = 0;
  for (let gapUs = process.nextGapUs(); gapUs >= 0; gapUs = process.nextGapUs()) {
    atUs += gapUs;
    times.push(atUs);
  }
  return times;
}
