import { formatDurationUs } from '../../core/units.js';
import { Checker } from './checker.js';
import type { LedgerChecker } from './s-ledger.js';
import type { Scene } from './scene.js';

export class HealingChecker extends Checker {
  /** How many faults there had been when the damage was looked at. */
  private judgedFaults = 0;

  constructor(
    scene: Scene,
    private readonly ledger: LedgerChecker,
  ) {
    super('L-HEAL', scene);
  }

  timePassed(): void {
    const { faults, grace, nowUs } = this.scene;
    if (faults.count === this.judgedFaults || faults.isActive) return;
    if (nowUs - faults.endedUs > grace.wholeAgainUs(faults.hung)) this.judge();
  }

  finish(): void {
    const { faults, grace } = this.scene;
    if (faults.count === this.judgedFaults) return;
    const healing = formatDurationUs(grace.wholeAgainUs(faults.hung));
    this.leaveOpen(
      faults.isActive
        ? 'a fault was still active at the end: make recovery longer'
        : `the run ended less than the healing time of ${healing} after the last fault: make recovery longer`,
    );
  }

  /** What is newer than the last fault is none of its damage. */
  private judge(): void {
    const { faults, truth, view } = this.scene;
    this.examined++;
    this.judgedFaults = faults.count;
    const after = `${formatDurationUs(this.scene.nowUs - faults.endedUs)} after the last fault`;
    for (const lease of truth.leases) {
      if (lease.live && lease.orphan !== null && lease.orphan.sinceUs <= faults.endedUs)
        this.blame(lease.holder, `still holds lease ${lease.number} without work, ${after}`, { lease });
    }
    for (const { unleased, request, lease } of truth.book.all) {
      if (unleased !== null && unleased.sinceUs <= faults.endedUs) this.blame(request, `is still worked on without a slot, ${after}`, { lease });
    }
    for (const account of this.ledger.drifted) {
      const name = view.accounts[account.number]?.name ?? '';
      this.blameNobody(`the count of account ${name} is still off, ${after}`, name);
    }
  }
}
