import type { Request } from './requests.js';

/**
 * A waiting line, first come first served. A request stands in at most one, so the links are its own and leaving from
 * the middle (a start_timeout, a cancel) is O(1).
 */
export class Line {
  first: Request | null = null;
  last: Request | null = null;
  length = 0;

  /** The request stands at the end; those of low priority stand behind all others. */
  join(request: Request): void {
    let before = this.last;
    while (before?.isLow === true && !request.isLow) before = before.prev;
    this.standBehind(before, request);
  }

  /** The request stands behind all that were accepted before it: at the end, unless it comes back from elsewhere. */
  joinInOrder(request: Request): void {
    let before = this.last;
    while (before !== null && isBehind(before, request)) before = before.prev;
    this.standBehind(before, request);
  }

  /** @param before null: at the head */
  private standBehind(before: Request | null, request: Request): void {
    const after = before === null ? this.first : before.next;
    request.line = this;
    request.prev = before;
    request.next = after;
    if (before === null) this.first = request;
    else before.next = request;
    if (after === null) this.last = request;
    else after.prev = request;
    this.length++;
  }

  leave(request: Request): void {
    const { prev, next } = request;
    if (prev === null) this.first = next;
    else prev.next = next;
    if (next === null) this.last = prev;
    else next.prev = prev;
    request.line = null;
    request.prev = null;
    request.next = null;
    this.length--;
  }
}

/** Whether one has to let the other by. */
function isBehind(one: Request, other: Request): boolean {
  return one.isLow === other.isLow ? one.ordinal > other.ordinal : one.isLow;
}
