import type { AccountTrace, LeaseTrace, RequestTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

export class LedgerChecker extends Checker {
  /** Accounts whose count was off when it was last told. */
  readonly drifted = new Set<AccountTrace>();

  constructor(scene: Scene) {
    super('S-LEDGER', scene);
  }

  /** @param count what admission says it has given out @param held what is given out once the event has been taken in */
  compare(trace: RequestTrace, count: number, held: number): void {
    this.examined++;
    if (count === held && count >= 0) {
      if (this.drifted.size > 0) this.drifted.delete(trace.account);
      return;
    }
    this.drifted.add(trace.account);
    this.blame(trace, `admission counts ${count} slots while ${held} are held`, { hint: count < held ? TOO_LOW : TOO_HIGH });
  }

  /** A slot is given back. @returns whether it was held at all */
  leaseEnds(trace: RequestTrace, lease: LeaseTrace, count: number): boolean {
    if (!lease.live) {
      this.blame(trace, 'gave back a slot that was not held', { lease });
      return false;
    }
    if (lease.holder !== trace) this.blame(trace, 'gave back a slot that another request holds', { lease, others: [lease.holder] });
    this.compare(trace, count, trace.account.scope.held - 1);
    return true;
  }

  /** @param count of the account, after it was corrected */
  reconciled(account: AccountTrace, count: number): void {
    this.examined++;
    const { held } = account.scope;
    if (count === held) {
      this.drifted.delete(account);
      return;
    }
    this.drifted.add(account);
    const name = this.scene.view.accounts[account.number]?.name ?? '';
    this.blameNobody(`the reconciler has set the count of account ${name} to ${count} while ${held} slots are held`, name, WRONG_LIST);
  }
}

const TOO_LOW = 'The count is too low, so more is admitted than the limit allows: somebody has decremented twice, or a window has begun anew.';
const TOO_HIGH = 'The count is too high, so slots are missing: a decrement was lost, or the lease ended without one.';
const WRONG_LIST = 'The reconciler must walk the leases that admission counts, and correct both ways (reconcile: both-ways).';
