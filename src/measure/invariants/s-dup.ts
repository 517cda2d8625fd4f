import type { RequestTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

export class DuplicateChecker extends Checker {
  constructor(scene: Scene) {
    super('S-DUP', scene);
  }

  /** Work of the request begins, or goes on after a pause. */
  begins(trace: RequestTrace, isResumed: boolean): void {
    this.examined++;
    if (trace.running === 0) return;
    const others = trace.running === 1 ? 'other work of it was' : `${trace.running} other executions of it were`;
    if (isResumed) this.blame(trace, `was resumed while ${others} running`, { lease: trace.lease, hint: ZOMBIE });
    else this.blame(trace, `started while ${others} running`, { lease: trace.lease });
  }
}

const ZOMBIE = 'A runner that wakes up must find out first whether its attempt is still the one (selfFence, fence: token).';
