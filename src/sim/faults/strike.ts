import type { RandomStream } from '../../core/random.js';
import { US_PER_MINUTE, US_PER_MS, US_PER_SECOND } from '../../core/time.js';

/** Round lengths of time, so that what is drawn reads like what people write: 1, 2, 5, 10, … µs apart by at most 2.5. */
const ROUND_US: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500]
  .map((ms) => ms * US_PER_MS)
  .concat([1, 2, 5, 10, 20, 30].map((seconds) => seconds * US_PER_SECOND))
  .concat([1, 2, 5, 10].map((minutes) => minutes * US_PER_MINUTE));

/** Longer than this share of its window nothing lasts: there must be something before and after it. */
const LONGEST_SHARE = 0.5;

/** One strike of one kind of fault: draws what it hits, when and for how long, from a stream of its own. Times in µs. */
export class Strike {
  constructor(
    private readonly stream: RandomStream,
    private readonly fromUs: number,
    private readonly toUs: number,
  ) {}

  /** One of them, each as likely as any other. @param list not empty */
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.stream.uniform() * list.length)] as T;
  }

  /** A whole number from `low` to `high`, both of which may come. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.stream.uniform() * (high - low + 1));
  }

  chance(share: number): boolean {
    return this.stream.uniform() < share;
  }

  /** A round length from `lowUs` to `highUs`, or what fits into the window: at least 1 µs. */
  lengthUs(lowUs: number, highUs: number): number {
    const round = ROUND_US.filter((us) => us >= lowUs && us <= highUs);
    return this.fitting(round.length === 0 ? highUs : this.pick(round));
  }

  /** One of these lengths, or what fits into the window. */
  lengthOf(choicesUs: readonly number[]): number {
    return this.fitting(this.pick(choicesUs));
  }

  /** An instant from which `lengthUs` is over before the window is. */
  atUs(lengthUs = 0): number {
    const latestUs = Math.max(this.fromUs, this.toUs - lengthUs);
    return this.fromUs + wholeMs(this.stream.uniform() * (latestUs - this.fromUs));
  }

  private fitting(us: number): number {
    const mostUs = (this.toUs - this.fromUs) * LONGEST_SHARE;
    return us <= mostUs ? us : Math.max(1, wholeMs(mostUs));
  }
}

/** Down to a whole millisecond, where there is one. */
function wholeMs(us: number): number {
  return us < US_PER_MS ? Math.floor(us) : Math.floor(us / US_PER_MS) * US_PER_MS;
}
