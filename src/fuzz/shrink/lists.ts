import { parseDurationUs } from '../../core/units.js';
import type { ScenarioInput } from '../../scenario/schema.js';
import type { Reduction, ShrinkContext } from './reduction.js';

/** Only one step, or two: leaving out one after the other may end with several that need each other. */
export const hardlyAnySteps: Reduction = {
  name: 'hardly any steps',
  *candidates(story) {
    const steps = story.steps ?? [];
    if (steps.length > 1) for (const one of steps) yield { ...story, steps: [one] };
    if (steps.length <= 2) return;
    for (const [n, one] of steps.entries()) for (const other of steps.slice(n + 1)) yield { ...story, steps: [one, other] };
  },
};

/** Fewer steps at the price of another request: what several steps do to one, one step may do to two. */
export const requestsForSteps: Reduction = {
  name: 'requests for steps',
  *candidates(story) {
    const workload = story.workload ?? [];
    if ((story.steps ?? []).length < 2) return;
    for (const [n, flow] of workload.entries()) {
      const { burst } = flow.arrivals;
      if (burst === undefined || burst > 3) continue;
      const more = workload.map((other, at) => (at === n ? { ...flow, arrivals: { ...flow.arrivals, burst: burst + 1 } } : other));
      yield* hardlyAnySteps.candidates({ ...story, workload: more }, NO_CONTEXT);
      yield* fewerSteps.candidates({ ...story, workload: more }, NO_CONTEXT);
    }
  },
};

/** Lists ask nothing. */
const NO_CONTEXT: ShrinkContext = { seed: 0, messagesOf: () => [] };

/** Leaves out steps: half of them, a quarter, …, one. */
export const fewerSteps: Reduction = {
  name: 'fewer steps',
  *candidates(story) {
    for (const steps of fewer(story.steps ?? [], 0)) yield { ...story, steps };
  },
};

/** The same with entries of the workload, of which one must stay. */
export const fewerFlows: Reduction = {
  name: 'fewer flows',
  *candidates(story) {
    for (const workload of fewer(story.workload ?? [], 1)) yield { ...story, workload };
  },
};

/** Steps in the order of their times, as they are read. */
export const stepsInOrder: Reduction = {
  name: 'steps in order',
  *candidates(story) {
    const steps = story.steps ?? [];
    const inOrder = steps.toSorted((one, other) => timeOf(one) - timeOf(other));
    if (inOrder.some((step, n) => step !== steps[n])) yield { ...story, steps: inOrder };
  },
};

/** Two entries that differ only in how many come at the same time are one. */
export const mergedFlows: Reduction = {
  name: 'merged flows',
  *candidates(story) {
    const workload = story.workload ?? [];
    for (const [at, flow] of workload.entries()) {
      const twin = workload.findIndex((other, n) => n > at && shapeOf(other) === shapeOf(flow));
      if (twin < 0 || flow.arrivals.burst === undefined) continue;
      const burst = flow.arrivals.burst + (workload[twin]?.arrivals.burst ?? 0);
      const merged = workload.filter((_, n) => n !== twin).map((other, n) => (n === at ? { ...flow, arrivals: { ...flow.arrivals, burst } } : other));
      yield { ...story, workload: merged };
    }
  },
};

/** The list without a part of it, large parts first. @param least how many must stay */
function* fewer<T>(list: readonly T[], least: number): Generator<T[]> {
  for (let size = list.length - least; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // From the end: what comes last is rarely what it began with.
    for (let to = list.length; to > 0; to -= size) yield [...list.slice(0, Math.max(0, to - size)), ...list.slice(to)];
  }
}

function timeOf({ at }: NonNullable<ScenarioInput['steps']>[number]): number {
  return parseDurationUs(at) ?? 0;
}

function shapeOf({ arrivals, ...flow }: NonNullable<ScenarioInput['workload']>[number]): string {
  const { burst: _, ...when } = arrivals;
  return JSON.stringify([flow, when]);
}
