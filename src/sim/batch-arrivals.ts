import type { RandomStream } from '../core/random.js';
import type { BatchesSpec } from '../scenario/arrival-types.js';
import type { ArrivalProcess } from './arrival-process.js';

/** Several requests at each instant of another process. */
export class Batches implements ArrivalProcess {
  /** Of the batch that comes now. */
  private left = 0;
  constructor(
    private readonly times: ArrivalProcess,
    private readonly sizes: BatchSizes,
  ) {}

  nextGapUs(): number {
    if (this.left > 0) {
      this.left--;
      return 0;
    }
    const gapUs = this.times.nextGapUs();
    if (gapUs >= 0) this.left = this.sizes.next() - 1;
    return gapUs;
  }
}

/** How many requests come together: at least 1. */
interface BatchSizes {
  next(): number;
}

export function batchSizes(size: BatchesSpec['size'], random: RandomStream): BatchSizes {
  return size.kind === 'constant' ? new ConstantSize(size.count) : new GeometricSize(size.mean, random);
}

class ConstantSize implements BatchSizes {
  constructor(private readonly count: number) {}

  next(): number {
    return this.count;
  }
}

/** 1, 2, 3, … with P(more than n) = (1 - 1/mean)^n. */
class GeometricSize implements BatchSizes {
  /** Whole parts of exponentials of this mean are geometric. */
  private readonly scale: number;
  constructor(
    mean: number,
    private readonly random: RandomStream,
  ) {
    this.scale = mean === 1 ? 0 : -1 / Math.log1p(-1 / mean);
  }

  next(): number {
    return 1 + Math.floor(this.scale * this.random.exponential());
  }
}
