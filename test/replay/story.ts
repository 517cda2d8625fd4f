import type { EventRecord } from '../../src/history/describe-event.js';
import type { EventName } from '../../src/history/event-table.js';
import type { Bar, BarKind, Levels, ShownViolation } from '../../src/replay/replay.js';
import { ReplayReader, type SeenStretch } from '../../src/replay/replay-reader.js';
import { boundsOf, type StretchBounds, type StretchWish } from '../../src/replay/stretch.js';

export const S = 1_000_000;
export const NO_WISH: StretchWish = { fromUs: undefined, toUs: undefined, event: undefined, request: undefined, wrong: undefined };

type Fields = Readonly<Record<string, string | number | boolean>>;

/** Events that speak of a request. */
const OF_REQUESTS = /^(submitted|requeued|waitingForRunner|lease|execution|completionDropped|ended|cancelRequested|dispatched|completed|redelivered|message)/;

/** A history written by hand: one account `acme` with key `k` and endpoint `flux`, and requests that are named by number. */
export class Story {
  readonly records: EventRecord[] = [];
  private atUs = 0;

  /** Virtual time moves on. */
  at(seconds: number): this {
    this.atUs = seconds * S;
    return this;
  }

  /** @param request 3 for req-3; 0: the event is about no request */
  happens(event: EventName, request: number, fields: Fields = {}): this {
    const names = request === 0 ? {} : { request: `req-${request}`, account: 'acme', key: 'k', endpoint: 'flux' };
    if (request !== 0 && !OF_REQUESTS.test(event)) throw new Error(`${event} is about no request`);
    this.records.push({ atUs: this.atUs, event, ...names, ...fields });
    return this;
  }

  limit(limit: number): this {
    return this.happens('limitSet', 0, { account: 'acme', limit });
  }

  submitted(...requests: number[]): this {
    for (const request of requests) this.happens('submitted', request, { mode: 'queue' });
    return this;
  }

  /** Lease and execution have the request's own number unless told otherwise. */
  dispatched(request: number, inUse: number, { lease = request, execution = request, runner = request } = {}): this {
    return this.happens('dispatched', request, { lease, inUse, execution, runner });
  }

  completed(request: number, inUse: number, { lease = request, execution = request } = {}): this {
    return this.happens('completed', request, { lease, inUse, execution });
  }

  read(violations: readonly ShownViolation[] = [], wish: StretchWish = NO_WISH): SeenStretch {
    return this.readWithin(boundsOf(wish, this.records.length), violations);
  }

  readWithin(bounds: StretchBounds, violations: readonly ShownViolation[] = []): SeenStretch {
    const reader = new ReplayReader(bounds, violations, (step) => `what step ${step} does`);
    for (const [at, record] of this.records.entries()) reader.take(at + 1, record);
    return reader.finish();
  }
}

export function bars(seen: SeenStretch, label: string): readonly Bar[] {
  return seen.lanes.find((lane) => lane.label === label)?.bars ?? [];
}

/** Kinds with their bounds in seconds: `waiting 0-2`, `working 2-`. */
export function shapes(seen: SeenStretch, label: string): string[] {
  return bars(seen, label).map(({ kind, fromUs, toUs }: { kind: BarKind; fromUs: number; toUs: number | null }) => {
    return `${kind} ${fromUs / S}-${toUs === null ? '' : toUs / S}`;
  });
}

/** Levels of the first scope after each event that changed them, as `counted/running/limit/queued`. */
export function course(seen: SeenStretch): string[] {
  return seen.events.flatMap(({ levels }) => levels.filter(([scope]) => scope === 0).map(([, after]) => levelText(after)));
}

function levelText({ counted, running, limit, queued }: Levels): string {
  return `${counted ?? '-'}/${running}/${limit ?? '-'}/${queued}`;
}
