import { type RequestSpan, SPAN_KINDS, type SpanKind } from './request-story.js';

/** Spans of a request that are kept one by one. */
const MOST_SPANS = 60;
/** Time and kind share a number: a run may have a million requests open, each with a log of its own. Exact for 17 years. */
const KINDS = 16;
/** The request is over and holds nothing. */
const NOTHING = SPAN_KINDS.length;

/** What a request was doing from when to when. Each span ends where the next one begins; those without length are dropped. */
export class SpanLog {
  /** Spans that were joined to the one before them, or left out at the end. */
  hidden = 0;
  private readonly entries: number[] = [];
  private leftOutUs = Number.NEGATIVE_INFINITY;

  /** The kind of the span that has not ended; undefined: none. */
  get current(): SpanKind | undefined {
    const last = this.entries.at(-1);
    return last === undefined ? undefined : SPAN_KINDS[kindOf(last)];
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** Another request begins. */
  clear(): void {
    this.entries.length = 0;
    this.hidden = 0;
    this.leftOutUs = Number.NEGATIVE_INFINITY;
  }

  /** From now on it does this; it may have done so before. @param atUs not before the last span begins */
  begin(kind: SpanKind, atUs: number): void {
    this.add(SPAN_KINDS.indexOf(kind), atUs, false, MOST_SPANS);
  }

  /**
   * It sleeps once more: a span of its own.
   * @param most so many spans are told apart; further sleeps are joined to the one before
   * @returns whether the next sleep, if nothing else comes before it, will be
   */
  sleep(kind: SpanKind, atUs: number, most: number): boolean {
    this.add(SPAN_KINDS.indexOf(kind), atUs, true, most);
    return this.current === kind && this.entries.length >= most;
  }

  /** It is over, and holds nothing. */
  end(atUs: number): void {
    if (!this.isEmpty) this.add(NOTHING, atUs, false, MOST_SPANS);
  }

  /** What it waits for is a runner, and that was booting for a part of the time. */
  recast(bootUs: number, readyUs: number, nowUs: number): void {
    const last = this.entries.at(-1);
    if (last === undefined || this.current !== 'waiting-for-runner') return;
    const fromUs = Math.max(bootUs, fromOf(last));
    const toUs = Math.min(readyUs, nowUs);
    if (!(toUs > fromUs)) return;
    this.begin('cold-start', fromUs);
    if (toUs < nowUs) this.begin('waiting-for-runner', toUs);
  }

  /** Goes on where another log stands. */
  continue(other: SpanLog): void {
    this.entries.push(...other.entries);
    this.hidden = other.hidden;
    this.leftOutUs = other.leftOutUs;
  }

  /** Goes on as another log does, which began as a copy of this one, unless something else has happened here since. */
  goOnAs(other: SpanLog): void {
    const told = this.entries.slice(0, -1);
    if (this.current !== undefined || told.some((entry, n) => entry !== other.entries[n])) return;
    this.clear();
    this.continue(other);
  }

  spans(): RequestSpan[] {
    return this.entries.flatMap((entry, n) => {
      const kind = SPAN_KINDS[kindOf(entry)];
      const next = this.entries[n + 1];
      return kind === undefined ? [] : [{ kind, fromUs: fromOf(entry), toUs: next === undefined ? undefined : fromOf(next) }];
    });
  }

  private add(kind: number, atUs: number, isOwnSpan: boolean, most: number): void {
    const { entries } = this;
    if (entries.length > MOST_SPANS) {
      this.leaveOut(kind, atUs);
      return;
    }
    let last = entries.at(-1);
    const fromUs = last === undefined ? atUs : Math.max(atUs, fromOf(last));
    if (last !== undefined && fromUs === fromOf(last)) {
      entries.pop();
      last = entries.at(-1);
    }
    if (last !== undefined && kindOf(last) === kind) {
      if (!isOwnSpan) return;
      if (entries.length >= most) {
        this.hidden++;
        return;
      }
    }
    const isFull = entries.length === MOST_SPANS;
    // The last one that is kept still ends where the first that is left out begins.
    entries.push(fromUs * KINDS + (isFull ? NOTHING : kind));
    if (isFull) this.leaveOut(kind, fromUs);
  }

  private leaveOut(kind: number, atUs: number): void {
    if (kind !== NOTHING && atUs !== this.leftOutUs) this.hidden++;
    this.leftOutUs = atUs;
  }
}

function kindOf(entry: number): number {
  return entry % KINDS;
}

function fromOf(entry: number): number {
  return Math.floor(entry / KINDS);
}
