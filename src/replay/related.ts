import type { ShownEvent } from './replay.js';

/** One hold of one lease: the events between which a request had it. */
interface Hold {
  readonly request: string;
  readonly fromEvent: number;
}

/** Events that change everything around them, whoever is asked about. */
const FOR_ALL = new Set(['step', 'faultOver', 'recovery', 'partDown', 'partUp', 'storeLost', 'clockSkewed']);
const ENDINGS = new Set(['leaseReleased', 'leaseTakenBack', 'leaseForgotten', 'completed']);
const BEGINNINGS = new Set(['leaseGranted', 'leaseRestored', 'dispatched']);

/**
 * The events that touch a request: its own; those of its slots, by whoever held them before and after; those of its key
 * and its account's limit, and of runners while it ran there; and what happens to the platform as a whole.
 * @returns their places in the list
 */
export function relatedEvents(events: readonly ShownEvent[], request: string): number[] {
  const own = events.filter((event) => event.request === request);
  const accounts = new Set(own.map((event) => event.account));
  const keys = new Set(own.map((event) => event.key));
  const ranges = slotRanges(events, request);
  const runners = runnerRanges(events, request);
  const touches = (event: ShownEvent): boolean => {
    if (event.request === request || FOR_ALL.has(event.name)) return true;
    if (event.name === 'keyRevoked' || event.name === 'keyRefused') return keys.has(event.key);
    if (event.name === 'limitSet' || event.name === 'accountRenamed' || event.name === 'reconciled') return accounts.has(event.account);
    if (event.lease !== undefined && isWithin(ranges.get(event.lease), event.number)) return true;
    return event.runner !== undefined && event.request === undefined && isWithin(runners.get(event.runner), event.number);
  };
  return events.flatMap((event, at) => (touches(event) ? [at] : []));
}

/** The other requests that those events speak of. */
export function relatedRequests(events: readonly ShownEvent[], places: readonly number[]): Set<string> {
  return new Set(places.flatMap((at) => events[at]?.request ?? []));
}

type Ranges = Map<number, (readonly [from: number, to: number])[]>;

function isWithin(ranges: readonly (readonly [from: number, to: number])[] | undefined, event: number): boolean {
  return ranges?.some(([from, to]) => event >= from && event <= to) ?? false;
}

/** By lease: from the holder before the request to the holder after it. */
function slotRanges(events: readonly ShownEvent[], request: string): Ranges {
  const holds = new Map<number, Hold[]>();
  const ends = new Map<number, number[]>();
  for (const { lease, name, number, request: holder } of events) {
    if (lease === undefined || holder === undefined) continue;
    if (BEGINNINGS.has(name)) push(holds, lease, { request: holder, fromEvent: number });
    if (ENDINGS.has(name)) push(ends, lease, number);
  }
  const ranges: Ranges = new Map();
  for (const [lease, ofLease] of holds) {
    for (const [at, hold] of ofLease.entries()) {
      if (hold.request !== request) continue;
      const next = ofLease[at + 1]?.fromEvent ?? Number.POSITIVE_INFINITY;
      const nextEnd = ends.get(lease)?.find((end) => end > next) ?? Number.POSITIVE_INFINITY;
      push(ranges, lease, [ofLease[at - 1]?.fromEvent ?? hold.fromEvent, nextEnd]);
    }
  }
  return ranges;
}

/** By runner: while the request worked there. */
function runnerRanges(events: readonly ShownEvent[], request: string): Ranges {
  const ranges: Ranges = new Map();
  const open = new Map<number, number>();
  for (const event of events) {
    if (event.request !== request) continue;
    if (event.runner !== undefined && !open.has(event.runner)) open.set(event.runner, event.number);
    if (event.name !== 'executionEnded' && event.name !== 'completed' && event.name !== 'ended') continue;
    for (const [runner, from] of open) push(ranges, runner, [from - 1, event.number]);
    open.clear();
  }
  for (const [runner, from] of open) push(ranges, runner, [from - 1, Number.POSITIVE_INFINITY]);
  return ranges;
}

function push<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
