import { formatDurationUs } from '../../core/units.js';
import { Suspects } from '../suspects.js';
import type { Orphan } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

export class OrphanChecker extends Checker {
  /** Where prompt release is promised: orphans that no fault has touched, as far as that is known. */
  private readonly prompt: Suspects<Orphan>;
  private readonly suspects: Suspects<Orphan>;
  private readonly isPrompt: boolean;

  constructor(scene: Scene) {
    super('S-ORPH', scene);
    this.prompt = new Suspects(scene.truth.suspectCount);
    this.suspects = new Suspects(scene.truth.suspectCount);
    this.isPrompt = scene.policy.promises.includes('prompt-release');
  }

  orphaned(orphan: Orphan): void {
    if (this.isPrompt) this.prompt.add(orphan);
    else this.suspects.add(orphan);
  }

  timePassed(): void {
    this.judgePrompt();
    const { suspects, scene } = this;
    while (!suspects.isEmpty) {
      const orphan = suspects.oldest;
      if (orphan.lease.orphan === orphan) {
        if (scene.lastedUs(orphan.sinceUs) <= scene.grace.healUs) return;
        this.accuse(orphan);
      }
      suspects.dropOldest();
    }
  }

  /** Without a fault nothing but the release latency may pass. With one, expiry is what heals, and its bound counts. */
  private judgePrompt(): void {
    const { prompt, scene } = this;
    while (!prompt.isEmpty) {
      const orphan = prompt.oldest;
      if (orphan.lease.orphan === orphan) {
        if (scene.nowUs - orphan.sinceUs <= scene.grace.promptUs) return;
        if (this.isTouched(orphan)) this.suspects.add(orphan);
        else this.accuse(orphan);
      }
      prompt.dropOldest();
    }
  }

  private isTouched({ lease }: Orphan): boolean {
    return lease.holder.notes.touched || this.scene.faults.struckUs >= lease.grantedUs;
  }

  finish(): void {
    for (const orphan of [...this.prompt.all(), ...this.suspects.all()]) {
      if (orphan.lease.orphan !== orphan) continue;
      const grace = formatDurationUs(this.scene.grace.healUs);
      this.leaveOpen(`a slot was without work at the end, and may be for ${grace} after the last fault: make recovery longer`);
    }
  }

  private accuse(orphan: Orphan): void {
    const { lease, sinceUs } = orphan;
    const { holder } = lease;
    const forUs = formatDurationUs(this.scene.nowUs - sinceUs);
    const why = !lease.isBegun ? 'no work ever began in it' : (holder.notes.cause ?? 'nobody has released it');
    this.blame(holder, `held a slot without work for ${forUs}: lease ${lease.number} was granted at ${formatDurationUs(lease.grantedUs)}; ${why}`, {
      lease,
      since: orphan,
      hint: !lease.isBegun ? NEVER_STARTED : undefined,
    });
  }
}

const NEVER_STARTED = 'Grant and dispatch are two steps: let a retry adopt the lease of its request (acquireRetry: adopt), or let unused leases expire.';
