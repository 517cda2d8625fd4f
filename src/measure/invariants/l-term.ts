import type { RequestTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Outlook } from './outlook.js';
import { PendingReasons } from './pending-reason.js';
import type { Scene } from './scene.js';

export class TerminationChecker extends Checker {
  private readonly reasons: PendingReasons;

  constructor(
    scene: Scene,
    private readonly outlook: Outlook,
  ) {
    super('L-TERM', scene);
    this.reasons = new PendingReasons(scene, outlook);
  }

  finish(): void {
    this.examined = this.scene.truth.submitted;
    for (const trace of this.scene.truth.requests) if (trace.isOpen) this.judge(trace);
  }

  private judge(trace: RequestTrace): void {
    const { outlook, reasons } = this;
    if (outlook.isLost(trace)) this.blame(trace, reasons.lost(trace), { lease: trace.lease });
    else if (outlook.isBlockedForEver(trace)) this.blameBlocked(trace);
    else if (outlook.isForgotten(trace)) this.blame(trace, reasons.forgotten(trace), { hint: FORGOTTEN });
    else {
      const { queued, book } = this.scene.truth;
      this.leaveOpen(`${queued + book.live} requests were still waiting or running at the end: make recovery longer`);
    }
  }

  private blameBlocked(trace: RequestTrace): void {
    const leases = this.reasons.blockers(trace);
    const waits = leases.some((lease) => lease.orphan === null);
    this.blame(trace, this.reasons.blocked(trace), { leases, others: leases.map((lease) => lease.holder), hint: waits ? PARENTS : undefined });
  }
}

const FORGOTTEN =
  'It was lost between accepting and the queue, or its wake-up was: keep the queue durable, send again what was lost (resendEvery), tick the line (wakeEvery).';
const PARENTS = 'A parent that waits for its child must give its slot back meanwhile (parentSlot: yield).';
