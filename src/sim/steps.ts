import type { Account, ApiKey } from '../core/accounts.js';
import type { Endpoint } from '../core/endpoints.js';
import type { Platform } from '../core/platform.js';
import type { Request } from '../core/requests.js';
import { CrashPoint, Link, Message, Part } from '../core/topology.js';
import type { StepSpec } from '../scenario/types.js';
import type { StorePast } from './store-past.js';

/** Where a step finds what a name stands for. */
export interface StepDirectory {
  account(id: string): Account;
  key(account: string, key: string): ApiKey;
  endpoint(id: string): Endpoint;
}

/**
 * Performs one step on the platform, now. A `burst` is arrivals, so the workload performs it.
 * @param past what `lose-store` with an age goes back to
 */
export function performStep(step: StepSpec, platform: Platform, directory: StepDirectory, past: StorePast): void {
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
    case 'rename-account':
    case 'delete-account':
      platform.faults.renameAccount(directory.account(step.account), step.do === 'delete-account');
      if (step.do === 'delete-account') for (const key of directory.account(step.account).keys) platform.revokeKey(key);
      return;
    case 'disconnect':
      for (const request of openFor(step, platform, directory).slice(0, step.count)) platform.disconnect(request);
      return;
    case 'cancel':
      for (const request of openFor(step, platform, directory).slice(0, step.count)) platform.cancel(request);
      return;
    case 'release-stuck':
      platform.releaseStuck(directory.account(step.account));
      return;
    case 'webhook-down':
      platform.faults.webhookDown(directory.account(step.account), step.forUs);
      return;
    case 'crash-runner':
    case 'hang-runner':
    case 'pause-runner':
    case 'slow-runner':
      strikeRunners(step, platform, directory.endpoint(step.endpoint));
      return;
    default:
      breakParts(step, platform, past);
  }
}

type RunnerStep = Extract<StepSpec, { do: 'crash-runner' | 'hang-runner' | 'pause-runner' | 'slow-runner' }>;

function strikeRunners(step: RunnerStep, platform: Platform, endpoint: Endpoint): void {
  for (let n = 0; n < step.count; n++) {
    // Where one strike finds nobody, the next finds nobody either.
    if (!strikeRunner(step, platform, endpoint)) return;
  }
}

function strikeRunner(step: RunnerStep, platform: Platform, endpoint: Endpoint): boolean {
  switch (step.do) {
    case 'crash-runner':
      return platform.faults.crashRunner(endpoint, step.silent ?? false);
    case 'hang-runner':
      return platform.faults.hangRunner(endpoint);
    case 'pause-runner':
      return platform.faults.pauseRunner(endpoint, step.forUs);
    case 'slow-runner':
      return platform.faults.slowRunner(endpoint, step.factor, step.forUs);
  }
}

type PartStep = Extract<StepSpec, { do: 'crash' | 'cut' | 'disturb' | 'drop' | 'duplicate' | 'delay' | 'lose-store' | 'skew-clock' }>;

function breakParts(step: PartStep, platform: Platform, past: StorePast): void {
  switch (step.do) {
    case 'crash':
      platform.faults.crashPart(Part[step.part], step.between === undefined ? 0 : CrashPoint[step.between], step.forUs);
      return;
    case 'cut':
      platform.faults.cutLink(Link[step.link], step.forUs);
      return;
    case 'disturb': {
      const { link, message, drop, duplicate, reorder, delayUs, forUs } = step;
      platform.faults.disturbLink({ link: Link[link], message: message === undefined ? 0 : Message[message], drop, duplicate, reorder, delayUs, forUs });
      return;
    }
    case 'drop':
    case 'duplicate':
      platform.faults.meddle(step.do, Message[step.message], step.count, 0);
      return;
    case 'delay':
      platform.faults.meddle('delay', Message[step.message], step.count, step.byUs);
      return;
    case 'lose-store':
      platform.faults.loseStore(past.before(step));
      return;
    case 'skew-clock':
      platform.faults.skewClock(Part[step.part], step.byUs);
      return;
  }
}

type CallerStep = Extract<StepSpec, { do: 'cancel' | 'disconnect' }>;

/** The open requests that a step is about: the oldest first; those whose work a disconnect would waste before all others. */
function openFor(step: CallerStep, platform: Platform, directory: StepDirectory): Request[] {
  const account = directory.account(step.account);
  const key = step.key === undefined ? undefined : directory.key(step.account, step.key);
  const state = step.do === 'cancel' ? step.state : 'any';
  const wanted = (request: Request): boolean =>
    request.account === account && (key === undefined || request.key === key) && (state === 'any' || (state === 'queued') === request.isQueued);
  const queuedLast = (request: Request): number => (step.do === 'disconnect' && request.isQueued ? 1 : 0);
  return platform.requests
    .open()
    .filter(wanted)
    .sort((one, other) => queuedLast(one) - queuedLast(other) || one.ordinal - other.ordinal);
}
