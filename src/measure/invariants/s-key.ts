import { formatDurationUs } from '../../core/units.js';
import type { RequestTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

export class KeyChecker extends Checker {
  /** By key number: when it was revoked. */
  private readonly revokedUs: number[] = [];

  constructor(scene: Scene) {
    super('S-KEY', scene);
  }

  revoked(key: number): void {
    this.revokedUs[key] = this.scene.nowUs;
    this.examined++;
  }

  /** Whether the key of a request was. */
  isRevoked(trace: RequestTrace): boolean {
    return this.revokedUs.length > 0 && this.revokedUs[trace.request.key.number] !== undefined;
  }

  /** With a revoked key. @param how in words: submitted, granted a slot, started */
  admitted(trace: RequestTrace, how: string): void {
    this.examined++;
    const revokedUs = this.revokedAtUs(trace);
    const { revokeWithinUs } = this.scene.policy;
    if (this.scene.lastedUs(revokedUs) <= revokeWithinUs) return;
    const since = formatDurationUs(this.scene.nowUs - revokedUs);
    this.blame(trace, `was ${how} ${since} after its key was revoked; promised: ${formatDurationUs(revokeWithinUs)}`);
  }

  /** Work of a revoked key. */
  stopped(trace: RequestTrace): void {
    const { grace, policy } = this.scene;
    if (policy.onRevoke !== 'cancel') return;
    this.examined++;
    const revokedUs = this.revokedAtUs(trace);
    if (this.scene.lastedUs(revokedUs) <= grace.killUs + policy.revokeWithinUs) return;
    this.blame(trace, `was still running ${formatDurationUs(this.scene.nowUs - revokedUs)} after its key was revoked`, { lease: trace.lease });
  }

  private revokedAtUs(trace: RequestTrace): number {
    return this.revokedUs[trace.request.key.number] as number;
  }
}
