import { formatDurationUs } from '../../core/units.js';
import type { LeaseTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Outlook } from './outlook.js';
import type { Scene } from './scene.js';

export class ReleaseChecker extends Checker {
  constructor(
    scene: Scene,
    private readonly outlook: Outlook,
  ) {
    super('L-REL', scene);
  }

  /** The slot comes back, or work takes it up again: was it idle for longer than is legal? */
  comesBack(lease: LeaseTrace, what: string): void {
    if (!lease.notes.isDue || this.scene.lastedUs(lease.notes.dueUs) <= this.outlook.returnUs(lease)) return;
    const late = formatDurationUs(this.scene.nowUs - lease.notes.dueUs);
    this.blame(lease.holder, `${what} ${late} after its work or its request had ended`, { lease });
  }

  finish(): void {
    for (const lease of this.scene.truth.leases) if (lease.live) this.judge(lease);
  }

  private judge(lease: LeaseTrace): void {
    if (!lease.notes.isDue) {
      this.leaveOpen('work was still running at the end: make recovery longer');
      return;
    }
    const age = formatDurationUs(this.scene.nowUs - lease.notes.dueUs);
    const boundUs = this.outlook.returnUs(lease);
    if (this.scene.lastedUs(lease.notes.dueUs) > boundUs)
      this.blame(
        lease.holder,
        `has held lease ${lease.number} for ${age} since its work or its request ended, and nothing has given it back${causeOf(lease)}`,
        { lease },
      );
    else this.leaveOpen(`a slot was due ${age} before the end: make recovery longer than ${formatDurationUs(boundUs)}`);
  }
}

function causeOf({ holder }: LeaseTrace): string {
  return holder.notes.cause === undefined ? '' : ` (${holder.notes.cause})`;
}
