import type { Request } from './requests.js';

/**
 * A waiting line, first come first served. A request stands in at most one, so the links are its own and leaving from
 * the middle (a start_timeout, a cancel) is O(1).
 */
export class Line {
  first: Request | null = null;
  private last: Request | null = null;
  length = 0;

  /** The request stands at the end. */
  join(request: Request): void {
    const { last } = this;
    request.line = this;
    request.prev = last;
    request.next = null;
    if (last === null) this.first = request;
    else last.next = request;
    this.last = request;
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
