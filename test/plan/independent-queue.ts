/** Requests in order, each to the slot that is free first: a queue that shares no line of code with the simulator. */

export interface IndependentQueue {
  readonly limit: number;
  readonly ratePerSecond: number;
  /** Geometric, from 1 up. */
  readonly meanBatch: number;
  /** Seconds. */
  readonly meanService: number;
  readonly law: 'constant' | 'exponential';
}

/** @returns p95 of the wait in seconds; the first tenth is left out */
export function p95Wait({ limit, ratePerSecond, meanBatch, meanService, law }: IndependentQueue, requests: number): number {
  const draw = generator();
  const exponential = (mean: number): number => -mean * Math.log(1 - draw());
  const freeAt = new Float64Array(limit);
  const waits = new Float64Array(requests);
  let now = 0;
  let left = 0;
  for (let n = 0; n < requests; n++) {
    if (left === 0) {
      now += exponential(meanBatch / ratePerSecond);
      left = meanBatch === 1 ? 1 : 1 + Math.floor(Math.log(1 - draw()) / Math.log(1 - 1 / meanBatch));
    }
    left--;
    const startsAt = Math.max(now, freeAt[0] as number);
    waits[n] = startsAt - now;
    replaceFirst(freeAt, startsAt + (law === 'constant' ? meanService : exponential(meanService)));
  }
  const counted = waits.subarray(Math.floor(requests / 10)).sort();
  return counted[Math.ceil(0.95 * counted.length) - 1] as number;
}

/** The smallest of a heap makes room for another number. */
function replaceFirst(heap: Float64Array, value: number): void {
  let place = 0;
  for (let child = 1; child < heap.length; child = 2 * place + 1) {
    const right = child + 1;
    const smaller = right < heap.length && (heap[right] as number) < (heap[child] as number) ? right : child;
    if ((heap[smaller] as number) >= value) break;
    heap[place] = heap[smaller] as number;
    place = smaller;
  }
  heap[place] = value;
}

/** Mulberry32: another generator than the simulator's. */
function generator(): () => number {
  let state = 20_240_607;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
