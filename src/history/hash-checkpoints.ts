import { EventReader } from './event-reader.js';

/** More are never kept: then every second one goes, and the distance between two doubles. */
const MOST = 4096;
const FIRST_INTERVAL = 64;

/** The rolling hash after every `interval`-th event of a history. */
export interface Checkpoints {
  readonly interval: number;
  readonly hashes: readonly string[];
}

/** Keeps checkpoints of a history's hash. Memory does not grow with the number of events. */
export class HashCheckpoints extends EventReader {
  private interval = FIRST_INTERVAL;
  private hashes: string[] = [];

  get checkpoints(): Checkpoints {
    return { interval: this.interval, hashes: this.hashes };
  }

  protected read(): void {
    const { history } = this.run.platform;
    if (history.events % this.interval !== 0) return;
    this.hashes.push(history.hash);
    if (this.hashes.length < MOST) return;
    this.interval *= 2;
    this.hashes = this.hashes.filter((_, n) => n % 2 === 1);
  }
}

/** A stretch of a history, by the numbers of its events, from 1. */
export interface EventRange {
  readonly from: number;
  /** The last one that belongs to it. */
  readonly to: number;
}

/**
 * Where two histories of the same run part: at or before the first checkpoint that differs, after the last that does not.
 * Past the last common checkpoint there is at most one stretch in each.
 */
export function firstDifferingRange(one: Checkpoints, other: Checkpoints): EventRange {
  const interval = Math.max(one.interval, other.interval);
  const [left, right] = [thinned(one, interval), thinned(other, interval)];
  // Once a hash differs, all later ones do: the first that differs is found by halving.
  let low = 0;
  let high = Math.min(left.length, right.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (left[middle] === right[middle]) low = middle + 1;
    else high = middle;
  }
  return { from: low * interval + 1, to: (low + 1) * interval };
}

function thinned({ interval, hashes }: Checkpoints, wanted: number): readonly string[] {
  const every = wanted / interval;
  return hashes.filter((_, n) => (n + 1) % every === 0);
}
