import type { LeaseTrace, SlotTruth } from './slot-truth.js';

/** One slot that was held by no live work for some time. */
export interface Leak {
  readonly request: string;
  readonly account: string;
  readonly key: string;
  readonly endpoint: string;
  readonly cause: string;
  /** When the slot was taken, when its work ended, when it came back (undefined: never). */
  readonly takenUs: number;
  readonly ghostFromUs: number;
  readonly toUs: number | undefined;
  /** Until it came back, or until the end of the run. */
  readonly slotSeconds: number;
  readonly recovered: string;
}

const KEPT = 1_000;

/** Every leak, healed or not. The first 1,000 are kept one by one. */
export class LeakLedger {
  hidden = 0;
  private readonly leaks: Leak[] = [];

  constructor(
    private readonly clock: { readonly nowUs: number },
    private readonly truth: SlotTruth,
  ) {}

  healed(lease: LeaseTrace, recovered: string): void {
    this.add(lease, this.clock.nowUs, recovered);
  }

  /** The run is over: adds the leaks that never ended. */
  finish(): readonly Leak[] {
    for (const lease of this.truth.leases) if (lease.live && lease.orphan) this.add(lease, undefined, 'never');
    return this.leaks;
  }

  private add(lease: LeaseTrace, toUs: number | undefined, recovered: string): void {
    if (this.leaks.length >= KEPT) {
      this.hidden++;
      return;
    }
    const { request, cause } = lease.holder;
    this.leaks.push({
      request: `req-${request.ordinal}`,
      account: request.account.name,
      key: request.key.name,
      endpoint: request.endpoint.name,
      cause: cause ?? 'nobody released it',
      takenUs: lease.grantedUs,
      ghostFromUs: lease.dueUs,
      toUs,
      slotSeconds: ((toUs ?? this.clock.nowUs) - lease.dueUs) / 1_000_000,
      recovered,
    });
  }
}
