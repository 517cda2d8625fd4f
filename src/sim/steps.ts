import type { Platform } from '../core/platform.js';
import { RequestState } from '../core/requests.js';
import type { StepSpec } from '../scenario/types.js';

/** Where a step finds the numbers that the platform gave to names. */
export interface StepDirectory {
  account(id: string): number;
  key(account: string, key: string): number;
  endpoint(id: string): number;
}

/** Performs one scripted step on the platform, now. A `burst` is arrivals, so the workload performs it. */
export function performStep(step: StepSpec, platform: Platform, directory: StepDirectory): void {
  switch (step.do) {
    case 'burst':
      return;
    case 'revoke-key':
      platform.revokeKey(directory.key(step.key.account, step.key.key));
      return;
    case 'set-limit': {
      const account = directory.account(step.account);
      if (step.endpoint === undefined) platform.setLimit(account, step.limit);
      else platform.setEndpointLimit(account, directory.endpoint(step.endpoint), step.limit);
      return;
    }
    case 'invoice-paid':
      platform.payInvoice(directory.account(step.account), step.usd);
      return;
    case 'crash-runner':
      for (let n = 0; n < step.count; n++) platform.crashRunner(directory.endpoint(step.endpoint));
      return;
    case 'cancel':
      for (const id of oldestOpen(step, platform, directory)) platform.cancel(id);
      return;
    case 'release-stuck':
      platform.releaseStuck(directory.account(step.account));
      return;
  }
}

function oldestOpen(step: Extract<StepSpec, { do: 'cancel' }>, platform: Platform, directory: StepDirectory): number[] {
  const { requests } = platform;
  const account = directory.account(step.account);
  const key = step.key === undefined ? undefined : directory.key(step.account, step.key);
  const found: number[] = [];
  for (let id = 0; id < requests.bound; id++) {
    const state = requests.state[id] as number;
    if (state === RequestState.free || state === RequestState.ended || requests.account[id] !== account) continue;
    if (key !== undefined && requests.key[id] !== key) continue;
    const inProgress = state >= RequestState.dispatched;
    if (step.state === 'any' || (step.state === 'in-progress') === inProgress) found.push(id);
  }
  found.sort((a, b) => (requests.ordinal[a] as number) - (requests.ordinal[b] as number));
  return found.slice(0, Math.min(step.count, found.length));
}
