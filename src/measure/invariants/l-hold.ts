import { formatDurationUs } from '../../core/units.js';
import type { ExecutionTrace, LeaseTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Outlook } from './outlook.js';
import type { Scene } from './scene.js';

export class HoldChecker extends Checker {
  constructor(
    scene: Scene,
    private readonly outlook: Outlook,
  ) {
    super('L-HOLD', scene);
  }

  /** Work ends in the slot that it began in. */
  stopped({ lease, isAttached }: ExecutionTrace): void {
    if (lease === null || !isAttached) return;
    this.examined++;
    this.judge(lease);
  }

  /** Slot, work and request end together, as they began. Nobody asks before the first fault: nothing makes that late. */
  completed(lease: LeaseTrace): void {
    this.judge(lease);
  }

  finish(): void {
    for (const lease of this.scene.truth.leases) if (lease.live && lease.attached > 0) this.judge(lease);
  }

  private judge(lease: LeaseTrace): void {
    if (!this.outlook.isHeldTooLong(lease)) return;
    const { holder } = lease;
    const worked = formatDurationUs(this.scene.nowUs - lease.startedUs);
    const bound = formatDurationUs(this.outlook.holdUs(holder));
    this.blame(holder, `was worked on for ${worked} in one slot (its service time: ${formatDurationUs(holder.request.serviceUs)}, bound: ${bound})`, { lease });
  }
}
