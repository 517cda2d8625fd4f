import { NONE, type RequestPool } from './requests.js';

/**
 * Waiting lines of requests, first come first served. A request stands in at most one line, so the links live in the
 * request pool and leaving from the middle (a start_timeout, a cancel) is O(1).
 */
export class Lines {
  private readonly head: number[] = [];
  private readonly tail: number[] = [];
  private readonly count: number[] = [];

  constructor(private readonly requests: RequestPool) {}

  /** Opens a new, empty line and returns its number. */
  open(): number {
    this.head.push(NONE);
    this.tail.push(NONE);
    return this.count.push(0) - 1;
  }

  first(line: number): number {
    return this.head[line] as number;
  }

  length(line: number): number {
    return this.count[line] as number;
  }

  /** The request stands at the end of the line. */
  join(line: number, id: number): void {
    const { next, prev } = this.requests;
    const last = this.tail[line] as number;
    next[id] = NONE;
    prev[id] = last;
    if (last === NONE) this.head[line] = id;
    else next[last] = id;
    this.tail[line] = id;
    this.requests.line[id] = line;
    this.count[line] = (this.count[line] as number) + 1;
  }

  /** The request stands at the head of the line: it had waited longest elsewhere. */
  jumpIn(line: number, id: number): void {
    const { next, prev } = this.requests;
    const first = this.head[line] as number;
    prev[id] = NONE;
    next[id] = first;
    if (first === NONE) this.tail[line] = id;
    else prev[first] = id;
    this.head[line] = id;
    this.requests.line[id] = line;
    this.count[line] = (this.count[line] as number) + 1;
  }

  /** The request leaves whatever line it stands in. */
  leave(id: number): void {
    const { next, prev } = this.requests;
    const line = this.requests.line[id] as number;
    if (line === NONE) return;
    const before = prev[id] as number;
    const after = next[id] as number;
    if (before === NONE) this.head[line] = after;
    else next[before] = after;
    if (after === NONE) this.tail[line] = before;
    else prev[after] = before;
    this.requests.line[id] = NONE;
    this.count[line] = (this.count[line] as number) - 1;
  }
}
