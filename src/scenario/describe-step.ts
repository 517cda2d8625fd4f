import { formatDurationUs } from '../core/units.js';
import type { StepSpec } from './types.js';

/** A step in a few words, for marks in charts and lists: `cut runner-dispatcher for 2s`. Its time stands beside it. */
export function describeStep(step: StepSpec): string {
  switch (step.do) {
    case 'burst':
      return `burst of ${step.count}`;
    case 'revoke-key':
      return `revoke-key ${step.key.account}/${step.key.key}`;
    case 'set-limit':
      return `set-limit ${step.account}${step.endpoint === undefined ? '' : ` on ${step.endpoint}`} to ${step.limit}`;
    case 'invoice-paid':
      return `invoice-paid ${step.account} $${step.usd}`;
    case 'crash-runner':
      return `crash-runner ${runners(step)}${step.silent === true ? ', silently' : ''}`;
    case 'hang-runner':
      return `hang-runner ${runners(step)}`;
    case 'pause-runner':
      return `pause-runner ${runners(step)}${during(step)}`;
    case 'slow-runner':
      return `slow-runner ${runners(step)} by a factor of ${step.factor}${during(step)}`;
    case 'crash':
      return step.between === undefined ? `crash ${step.part}${during(step)}` : `crash ${step.part} between ${step.between}${during(step)}`;
    case 'cut':
      return `cut ${step.link}${during(step)}`;
    case 'disturb':
      return `disturb ${step.message ?? 'all'} on ${step.link}: ${disturbance(step)}${during(step)}`;
    case 'drop':
    case 'duplicate':
      return `${step.do} ${step.message}${times(step.count)}`;
    case 'delay':
      return `delay ${step.message}${times(step.count)} by ${formatDurationUs(step.byUs)}`;
    case 'lose-store':
      return step.ageUs === undefined ? 'lose-store' : `lose-store back to ${formatDurationUs(step.ageUs)} ago`;
    case 'skew-clock':
      return step.byUs === 0 ? `skew-clock ${step.part} right again` : `skew-clock ${step.part} by ${formatDurationUs(step.byUs)}`;
    case 'rename-account':
    case 'delete-account':
    case 'release-stuck':
      return `${step.do} ${step.account}`;
    case 'disconnect':
      return `disconnect ${amount(step.count)} of ${owner(step)}`;
    case 'webhook-down':
      return `webhook-down ${step.account}${during(step)}`;
    case 'cancel':
      return `cancel ${amount(step.count)} of ${owner(step)}`;
  }
}

function runners({ endpoint, count }: { readonly endpoint: string; readonly count: number }): string {
  return `${endpoint}${times(count)}`;
}

function times(count: number): string {
  return count === 1 ? '' : ` x${count}`;
}

function amount(count: number): string {
  return Number.isFinite(count) ? String(count) : 'all';
}

function owner({ account, key }: { readonly account: string; readonly key: string | undefined }): string {
  return key === undefined ? account : `${account}/${key}`;
}

function during({ forUs }: { readonly forUs: number }): string {
  return ` for ${formatDurationUs(forUs)}`;
}

function disturbance({ drop, duplicate, reorder, delayUs }: Extract<StepSpec, { do: 'disturb' }>): string {
  const shares = Object.entries({ drop, duplicate, reorder }).filter(([, share]) => share > 0);
  const words = shares.map(([name, share]) => `${name} ${Math.round(share * 1000) / 10}%`);
  if (delayUs > 0) words.push(`delay ${formatDurationUs(delayUs)}`);
  return words.join(', ');
}
