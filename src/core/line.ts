import type { Request } from './requests.js';

/**
 * A waiting line, first come first served. A request stands in at most one, so the links are its own and leaving from
 * the middle (a start_timeout, a cancel) is O(1).
 */
export class Line {
  first: Request | null = null;
  last: Request | null = null;
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

  /** The request stands behind all that were accepted before it: at the end, unless it comes back from elsewhere. */
  joinInOrder(request: Request): void {
    let before = this.last;
    while (before !== null && before.ordinal > request.ordinal) before = before.prev;
    if (before === this.last) {
      this.join(request);
      return;
    }
    const after = before === null ? this.first : before.next;
    request.line = this;
    request.prev = before;
    request.next = after;
    if (before === null) this.first = request;
    else before.next = request;
    if (after !== null) after.prev = request;
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
