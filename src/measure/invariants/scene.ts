import type { Scope } from '../../core/limiter.js';
import type { Policy } from '../../core/policy.js';
import type { FaultWatch } from '../faults.js';
import type { RunnerWatch } from '../runner-watch.js';
import type { SlotTruth } from '../slot-truth.js';
import type { PlatformView, RequestTrace } from '../traces.js';
import type { Circumstances, Violation } from './checker.js';
import type { Grace } from './grace.js';

/** What every checker sees. */
export class Scene {
  constructor(
    readonly view: PlatformView,
    readonly truth: SlotTruth,
    readonly policy: Policy,
    readonly grace: Grace,
    readonly faults: FaultWatch,
    readonly runners: RunnerWatch,
  ) {}

  get nowUs(): number {
    return this.view.calendar.nowUs;
  }

  /** How long something has lasted by the clock of the laws: faults, and what came before their end, do not count. Never negative. */
  lastedUs(sinceUs: number): number {
    return Math.max(0, this.nowUs - this.faults.countsFromUs(sinceUs));
  }

  now(): Pick<Violation, 'atUs' | 'event'> {
    return { atUs: this.nowUs, event: this.view.history.events };
  }

  violation(trace: RequestTrace, message: string, { lease, leases, others = [], hint, since }: Circumstances): Violation {
    const { request } = trace;
    const numbers = leases ?? (lease == null ? [] : [lease]);
    const when = since === undefined ? this.now() : { atUs: since.sinceUs, event: since.event };
    return {
      ...when,
      request: trace.name,
      account: request.account.name,
      key: request.key.name,
      message,
      leases: numbers.map((one) => one.number),
      others: others.map((one) => one.name),
      hint,
    };
  }

  nameOf(scope: Scope): string {
    const { accounts, endpoints } = this.view;
    const owner = accounts.find((account) => account.scope === scope);
    if (owner !== undefined) return `account ${owner.name}`;
    for (const account of accounts) {
      const endpoint = endpoints.find((one) => account.endpointScope(one) === scope);
      if (endpoint !== undefined) return `account ${account.name} on ${endpoint.name}`;
    }
    return 'a per-endpoint limit';
  }
}
