import { US_PER_MS } from '../../core/time.js';
import { parseDurationUs } from '../../core/units.js';
import { durationText } from '../../scenario/duration-text.js';
import type { ScenarioInput } from '../../scenario/schema.js';
import { copyOf, type Reduction } from './reduction.js';

type Arrivals = NonNullable<ScenarioInput['workload']>[number]['arrivals'];
type Times = Record<string, unknown>;

/** Of the time that is left, or of the requests. The smallest first: a long story is cheap to leave. */
const SHARES = [1 / 64, 1 / 16, 1 / 4, 1 / 2];

/** Everything happens in a fraction of the time: when requests come and for how long, and when the steps are. */
export const shorterStory: Reduction = {
  name: 'a shorter story',
  *candidates(story) {
    for (const share of SHARES) {
      const changed = copyOf(story);
      for (const { arrivals } of changed.workload ?? []) {
        scale(arrivals, ['at', 'from', 'to'], share);
        for (const stage of arrivals.stages ?? []) scale(stage, ['duration'], share);
      }
      for (const step of changed.steps ?? []) scale(step, ['at'], share);
      yield changed;
    }
  },
};

/** Requests of an entry come in a part of the time only: at its beginning, or at its end. */
export const shorterArrivals: Reduction = {
  name: 'shorter arrivals',
  *candidates(story) {
    for (const [n, { arrivals }] of (story.workload ?? []).entries()) {
      const toUs = parseDurationUs(arrivals.to ?? '');
      if (toUs === undefined) continue;
      const fromUs = parseDurationUs(arrivals.from ?? '') ?? 0;
      for (const share of SHARES) {
        const partUs = rounded((toUs - fromUs) * share);
        if (partUs === 0 || partUs >= toUs - fromUs) continue;
        yield withArrivals(story, n, { ...arrivals, to: durationText(fromUs + partUs) });
        yield withArrivals(story, n, { ...arrivals, from: durationText(toUs - partUs) });
      }
    }
  },
};

/** Fewer requests at once. */
export const smallerBursts: Reduction = {
  name: 'smaller bursts',
  *candidates(story) {
    for (const [n, { arrivals }] of (story.workload ?? []).entries()) {
      const { burst } = arrivals;
      if (burst === undefined) continue;
      const counts = new Set([1, ...SHARES.map((share) => Math.floor(burst * share))].filter((count) => count > 0 && count < burst));
      for (const count of counts) yield withArrivals(story, n, { ...arrivals, burst: count });
    }
  },
};

function withArrivals(story: ScenarioInput, at: number, arrivals: Arrivals): ScenarioInput {
  return { ...story, workload: (story.workload ?? []).map((flow, n) => (n === at ? { ...flow, arrivals } : flow)) };
}

function scale(holder: object, names: readonly string[], share: number): void {
  const times = holder as Times;
  for (const name of names) {
    const value = times[name];
    const us = typeof value === 'string' ? parseDurationUs(value) : undefined;
    if (us !== undefined) times[name] = durationText(rounded(us * share));
  }
}

function rounded(us: number): number {
  return Math.round(us / US_PER_MS) * US_PER_MS;
}
