import { formatDurationUs } from '../../core/units.js';
import { Checker } from './checker.js';
import type { Outlook } from './outlook.js';
import type { Scene } from './scene.js';

export class QuietChecker extends Checker {
  constructor(
    scene: Scene,
    private readonly outlook: Outlook,
  ) {
    super('L-QUIET', scene);
  }

  finish(recoveryUs: number): void {
    const { truth, grace, faults } = this.scene;
    this.examined = truth.submitted;
    this.judgeLeases();
    this.judgeCounts();
    if (truth.queued > 0) this.leaveOpen(`${truth.queued} requests were still waiting at the end: make recovery longer`);
    if (faults.isActive) this.leaveOpen('a fault was still active at the end: make recovery longer');
    if (recoveryUs < grace.returnUs && truth.submitted > 0) {
      const [is, must] = [formatDurationUs(recoveryUs), formatDurationUs(grace.returnUs)];
      this.leaveOpen(`recovery of ${is} is shorter than the ${must} in which a slot may legally come back`);
    }
  }

  private judgeLeases(): void {
    const { truth } = this.scene;
    let running = truth.book.live;
    for (const lease of truth.leases) {
      if (!lease.live) continue;
      if (lease.orphan !== null) {
        if (this.outlook.willHeal(lease)) this.leaveOpen('a slot without work was still to be taken back at the end: make recovery longer');
        else
          this.blame(
            lease.holder,
            `still holds a slot at the end of recovery: lease ${lease.number}${lease.holder.notes.cause === undefined ? '' : `, for ${lease.holder.notes.cause}`}`,
            { lease },
          );
      } else if (lease.attached > 0 && this.outlook.isDeadlocked(lease)) {
        running -= lease.attached;
        this.blame(lease.holder, `still holds lease ${lease.number} at the end of recovery, for a child that will never start`, { lease });
      } else if (lease.attached > 0 && this.outlook.isHeldTooLong(lease)) {
        running -= lease.attached;
        this.blame(lease.holder, 'is still worked on at the end of recovery, and its work should have ended long ago', { lease });
      }
    }
    if (running > 0) this.leaveOpen(`${running} requests were still running at the end: make recovery longer`);
  }

  private judgeCounts(): void {
    const { scene } = this;
    for (const scope of scene.view.limiter.scopes) {
      const held = scene.truth.scopes[scope.number]?.held ?? 0;
      if (scope.inUse !== held) this.blameNobody(`admission counts ${scope.inUse} slots of ${scene.nameOf(scope)} at the end, ${held} are held`);
    }
  }
}
