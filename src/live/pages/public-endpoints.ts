import type { EndpointView } from '../world/live-world.js';

const OTHER = 'other';

/** What everybody may see of the endpoints: those of the scenario, and the others, which are their callers' own, as one. */
export function publicEndpoints(all: readonly EndpointView[]): readonly EndpointView[] {
  const others = all.filter(({ isDeclared }) => !isDeclared);
  const declared = all.filter(({ isDeclared }) => isDeclared);
  return others.length === 0 ? declared : [...declared, { ...others.reduce(together), endpoint: OTHER, ownerAccount: undefined }];
}

function together(sum: EndpointView, one: EndpointView): EndpointView {
  return {
    ...one,
    queued: sum.queued + one.queued,
    inProgress: sum.inProgress + one.inProgress,
    mostRunners: sum.mostRunners + one.mostRunners,
    runners: {
      idle: sum.runners.idle + one.runners.idle,
      running: sum.runners.running + one.runners.running,
      pending: sum.runners.pending + one.runners.pending,
    },
    completed: sum.completed + one.completed,
    failed: sum.failed + one.failed,
  };
}
