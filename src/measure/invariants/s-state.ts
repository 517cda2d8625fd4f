import { Phase, type RequestTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

export class StateChecker extends Checker {
  constructor(scene: Scene) {
    super('S-STATE', scene);
  }

  submitted(trace: RequestTrace): void {
    if (!trace.isGone) this.blame(trace, 'its number was given to a new request while it was still in use');
  }

  starts(trace: RequestTrace): void {
    this.examined++;
    this.judge(trace);
  }

  judge(trace: RequestTrace): void {
    if (trace.phase === Phase.ended) this.blame(trace, 'started to run after it had ended', { lease: trace.lease });
  }

  /** @param isLive whether the work that stops was there */
  stops(trace: RequestTrace, isLive: boolean): void {
    if (!isLive) this.blame(trace, 'stopped without running');
  }

  requeued(trace: RequestTrace): void {
    if (trace.phase === Phase.ended) this.blame(trace, 'was put back into the line after it had ended');
  }

  ends(trace: RequestTrace): void {
    if (trace.phase === Phase.ended) this.blame(trace, 'ended twice');
  }

  finish(): void {
    const { submitted, ended, requests } = this.scene.truth;
    const open = requests.filter((trace) => trace.isOpen).length;
    if (submitted !== ended + open) this.blameNobody(`${submitted} requests were submitted, but ${ended} ended and ${open} are open`);
  }
}
