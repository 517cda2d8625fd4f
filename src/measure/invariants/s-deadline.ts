import { formatDurationUs } from '../../core/units.js';
import type { RequestTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

export class DeadlineChecker extends Checker {
  private readonly graceUs: number;

  constructor(scene: Scene) {
    super('S-DEADLINE', scene);
    this.graceUs = scene.policy.deadlineCheck === 'at-dispatch' ? scene.grace.dispatchUs : 0;
  }

  starts(trace: RequestTrace): void {
    const { deadlineUs } = trace.request;
    if (deadlineUs === Number.POSITIVE_INFINITY) return;
    this.examined++;
    if (trace.isRare && trace.notes.timedOut) {
      this.blame(trace, 'started to run after it was reported as timed out', { lease: trace.lease });
      return;
    }
    if (trace.started) return;
    const lateUs = this.scene.nowUs - deadlineUs - this.graceUs;
    if (lateUs >= 0) this.blame(trace, `started ${formatDurationUs(lateUs)} after its start deadline`, { lease: trace.lease });
  }

  timedOut(): void {
    this.examined++;
  }
}
