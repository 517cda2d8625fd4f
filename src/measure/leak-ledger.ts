import type { SlotTruth } from './slot-truth.js';
import type { LeaseTrace, Orphan } from './traces.js';

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
  /** Which of the account's slots it is in the log of holds; undefined: it is not kept there. Older results have none of the fields from here on. */
  readonly slot?: number | undefined;
  /** Number of the event in the run's history that made it a ghost. */
  readonly bornEvent?: number;
}

const KEPT = 1_000;

/** Every leak, healed or not. The first 1,000 are kept one by one. */
export class LeakLedger {
  hidden = 0;
  private readonly leaks: Leak[] = [];

  constructor(
    private readonly clock: { readonly nowUs: number },
    private readonly truth: SlotTruth,
    private readonly slotOf: (lease: LeaseTrace) => number | undefined = () => undefined,
  ) {}

  healed(orphan: Orphan, recovered: string): void {
    this.add(orphan, this.clock.nowUs, recovered);
  }

  /** The run is over: adds the leaks that never ended. */
  finish(): readonly Leak[] {
    for (const { live, orphan } of this.truth.leases) if (live && orphan !== null) this.add(orphan, undefined, 'never');
    return this.leaks;
  }

  private add({ lease, sinceUs, event }: Orphan, toUs: number | undefined, recovered: string): void {
    if (this.leaks.length >= KEPT) {
      this.hidden++;
      return;
    }
    const { request, notes } = lease.holder;
    this.leaks.push({
      request: `req-${request.ordinal}`,
      account: request.account.name,
      key: request.key.name,
      endpoint: request.endpoint.name,
      cause: notes.cause ?? (lease.isBegun ? 'nobody released it' : 'no work ever began in it'),
      takenUs: lease.grantedUs,
      ghostFromUs: sinceUs,
      toUs,
      slotSeconds: ((toUs ?? this.clock.nowUs) - sinceUs) / 1_000_000,
      recovered,
      slot: this.slotOf(lease),
      bornEvent: event,
    });
  }
}
