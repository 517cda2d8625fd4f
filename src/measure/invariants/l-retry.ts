import type { RequestTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

export class RetryChecker extends Checker {
  constructor(scene: Scene) {
    super('L-RETRY', scene);
  }

  /** Work of the request begins once more. */
  starts(trace: RequestTrace): void {
    this.examined++;
    this.judge(trace);
  }

  judge(trace: RequestTrace): void {
    const { maxAttempts } = this.scene.policy;
    if (trace.starts !== maxAttempts) return;
    this.blame(trace, `started for the ${maxAttempts + 1}th time; at most ${maxAttempts} attempts are allowed`, { lease: trace.lease });
  }
}
