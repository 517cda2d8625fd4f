import { type LimiterPolicy, Scope } from './limiter.js';
import type { LimiterCalls } from './limiter-calls.js';

/** A scope that a limiter of one's own counts. `inUse` is what that limiter said last, unless grants are about to end one by one. */
export class OwnScope extends Scope {
  constructor(
    number: number,
    limit: number,
    policy: LimiterPolicy,
    readonly name: string,
    private readonly calls: LimiterCalls,
  ) {
    super(number, limit, policy);
  }

  override setLimit(limit: number): void {
    super.setLimit(limit);
    this.tellLimit();
  }

  tellLimit(): void {
    this.calls.setLimit(this.name, this.limit);
    this.recount();
  }

  recount(): void {
    this.inUse = this.calls.inUse(this.name);
  }
}
