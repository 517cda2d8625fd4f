import { US_PER_MINUTE } from '../../../core/time.js';
import type { LiveClock } from '../../world/live-world.js';

/** As fal documents it. */
const KEPT_US = 10 * US_PER_MINUTE;
const MOST_KEPT = 1_000;

interface KeptAnswer {
  readonly atUs: number;
  readonly answer: unknown;
}

/** Answers to calls that carried an `Idempotency-Key`: the same call with the same key is not done twice. */
export class IdempotentAnswers {
  private readonly kept = new Map<string, KeptAnswer>();

  constructor(private readonly clock: LiveClock) {}

  /**
   * @param scope who calls what: the same key means something else elsewhere
   * @param key undefined: the caller does not mind
   */
  once<T>(scope: string, key: string | undefined, work: () => T): T {
    if (key === undefined) return work();
    const name = JSON.stringify([scope, key]);
    const nowUs = this.clock.nowUs();
    const earlier = this.kept.get(name);
    if (earlier !== undefined && nowUs - earlier.atUs < KEPT_US) return earlier.answer as T;
    const answer = work();
    this.keep(name, { atUs: nowUs, answer });
    return answer;
  }

  private keep(name: string, answer: KeptAnswer): void {
    this.kept.delete(name);
    this.kept.set(name, answer);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_KEPT && oldest !== undefined) this.kept.delete(oldest);
  }
}
