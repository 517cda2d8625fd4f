import type { ScenarioInput } from '../../scenario/schema.js';
import { copyOf, type Reduction } from './reduction.js';

type Step = Record<string, unknown>;

/** Whoever an account is, another one can be as well. */
export const fewerAccounts: Reduction = {
  name: 'fewer accounts',
  *candidates(story) {
    const accounts = story.platform.accounts ?? [];
    for (const gone of [...accounts].reverse()) {
      const heir = accounts.find(({ id }) => id !== gone.id);
      if (heir !== undefined) yield withoutAccount(story, gone.id, heir.id, heir.keys?.[0] ?? 'key');
    }
  },
};

export const fewerEndpoints: Reduction = {
  name: 'fewer endpoints',
  *candidates(story) {
    const { endpoints } = story.platform;
    for (const gone of [...endpoints].reverse()) {
      for (const heir of endpoints) if (heir.id !== gone.id) yield withoutEndpoint(story, gone.id, heir.id);
    }
  },
};

export const fewerKeys: Reduction = {
  name: 'fewer keys',
  *candidates(story) {
    for (const { id, keys = [] } of story.platform.accounts ?? []) {
      for (const gone of [...keys].reverse()) {
        const heir = keys.find((key) => key !== gone);
        if (heir !== undefined) yield withoutKey(story, id, gone, heir);
      }
    }
  },
};

function withoutAccount(story: ScenarioInput, gone: string, heir: string, heirsKey: string): ScenarioInput {
  const changed = copyOf(story);
  const renamed = (ref: unknown): unknown => (typeof ref === 'string' && ref.startsWith(`${gone}/`) ? `${heir}/${heirsKey}` : ref);
  changed.platform.accounts = (changed.platform.accounts ?? []).filter(({ id }) => id !== gone);
  for (const endpoint of changed.platform.endpoints) if (endpoint.owner === gone) endpoint.owner = heir;
  for (const flow of changed.workload ?? []) if (flow.as !== undefined) flow.as = renamed(flow.as) as string;
  for (const step of stepsOf(changed)) {
    if (step['account'] === gone) step['account'] = heir;
    if (step['do'] === 'revoke-key') step['key'] = renamed(step['key']);
    // Elsewhere a step names a key of its account.
    else if (step['account'] === heir) delete step['key'];
  }
  return changed;
}

function withoutEndpoint(story: ScenarioInput, gone: string, heir: string): ScenarioInput {
  const changed = copyOf(story);
  changed.platform.endpoints = changed.platform.endpoints.filter(({ id }) => id !== gone);
  for (const account of changed.platform.accounts ?? []) {
    if (account.endpointLimits === undefined) continue;
    delete account.endpointLimits[gone];
    if (Object.keys(account.endpointLimits).length === 0) delete account.endpointLimits;
  }
  for (const flow of changed.workload ?? []) {
    if (flow.endpoint === gone) flow.endpoint = heir;
    if (flow.child?.endpoint === gone) flow.child.endpoint = heir;
  }
  for (const step of stepsOf(changed)) if (step['endpoint'] === gone) step['endpoint'] = heir;
  return changed;
}

function withoutKey(story: ScenarioInput, account: string, gone: string, heir: string): ScenarioInput {
  const changed = copyOf(story);
  for (const one of changed.platform.accounts ?? []) if (one.id === account) one.keys = (one.keys ?? []).filter((key) => key !== gone);
  for (const flow of changed.workload ?? []) if (flow.as === `${account}/${gone}`) flow.as = `${account}/${heir}`;
  for (const step of stepsOf(changed)) {
    if (step['key'] === `${account}/${gone}`) step['key'] = `${account}/${heir}`;
    else if (step['account'] === account && step['key'] === gone) step['key'] = heir;
  }
  return changed;
}

function stepsOf(story: ScenarioInput): Step[] {
  return (story.steps ?? []) as unknown as Step[];
}
