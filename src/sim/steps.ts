import type { Account, ApiKey } from '../core/accounts.js';
import type { Endpoint } from '../core/endpoints.js';
import type { Platform } from '../core/platform.js';
import type { Request } from '../core/requests.js';
import type { StepSpec } from '../scenario/types.js';

/** Where a step finds what a name stands for. */
export interface StepDirectory {
  account(id: string): Account;
  key(account: string, key: string): ApiKey;
  endpoint(id: string): Endpoint;
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
      for (const request of oldestOpen(step, platform, directory)) platform.cancel(request);
      return;
    case 'release-stuck':
      platform.releaseStuck(directory.account(step.account));
      return;
  }
}

function oldestOpen(step: Extract<StepSpec, { do: 'cancel' }>, platform: Platform, directory: StepDirectory): Request[] {
  const account = directory.account(step.account);
  const key = step.key === undefined ? undefined : directory.key(step.account, step.key);
  const wanted = (request: Request): boolean =>
    request.account === account && (key === undefined || request.key === key) && (step.state === 'any' || (step.state === 'queued') === request.isQueued);
  const found = platform.requests.open().filter(wanted);
  found.sort((a, b) => a.ordinal - b.ordinal);
  return found.slice(0, Math.min(step.count, found.length));
}
