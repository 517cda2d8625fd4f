/** A page holds no more events than this: beyond it a browser becomes slow. */
export const MOST_EVENTS = 20_000;

/** What is asked for: a time, or something to look at; and what there is to see without being asked. */
export interface StretchWish {
  readonly fromUs: number | undefined;
  readonly toUs: number | undefined;
  /** Number of an event. */
  readonly event: number | undefined;
  /** The first and last event of the request that is asked for. */
  readonly request: { readonly name: string; readonly firstEvent: number; readonly lastEvent: number } | undefined;
  /** What went wrong first: the number of its event, in words. */
  readonly wrong: { readonly event: number; readonly text: string } | undefined;
}

/** Bounds of a stretch before the history is read: by event, by time, or both. */
export interface StretchBounds {
  readonly fromEvent: number;
  readonly toEvent: number;
  readonly fromUs: number;
  readonly toUs: number;
  readonly why: string;
}

/**
 * Which part of a history is shown: all of it where that fits, the time that is asked for, else as much as fits around
 * what there is to see.
 * @param totalEvents of the whole run
 */
export function boundsOf(wish: StretchWish, totalEvents: number): StretchBounds {
  const all = { fromEvent: 1, toEvent: totalEvents, fromUs: 0, toUs: Number.POSITIVE_INFINITY };
  if (wish.fromUs !== undefined || wish.toUs !== undefined) {
    return { ...all, fromUs: wish.fromUs ?? 0, toUs: wish.toUs ?? all.toUs, why: 'the time that was asked for' };
  }
  if (totalEvents <= MOST_EVENTS) return { ...all, why: 'the whole run' };
  const { event, request, wrong } = wish;
  if (event !== undefined) return { ...all, ...around(event, totalEvents), why: `around event ${event}` };
  if (request !== undefined) return { ...all, ...spanning(request, totalEvents), why: `around ${request.name}` };
  if (wrong !== undefined) return { ...all, ...around(wrong.event, totalEvents), why: `around ${wrong.text}` };
  return { ...all, toEvent: MOST_EVENTS, why: 'the beginning: no invariant was violated' };
}

function around(event: number, totalEvents: number): { readonly fromEvent: number; readonly toEvent: number } {
  const fromEvent = Math.max(1, Math.min(event - MOST_EVENTS / 2, totalEvents - MOST_EVENTS + 1));
  return { fromEvent, toEvent: Math.min(totalEvents, fromEvent + MOST_EVENTS - 1) };
}

function spanning({ firstEvent, lastEvent }: { readonly firstEvent: number; readonly lastEvent: number }, totalEvents: number) {
  if (lastEvent - firstEvent >= MOST_EVENTS) return { fromEvent: firstEvent, toEvent: firstEvent + MOST_EVENTS - 1 };
  return around(Math.floor((firstEvent + lastEvent) / 2), totalEvents);
}
