import type { BarKind } from './replay.js';
import type { HeldSlot, RequestPage, RunningWork } from './request-page.js';

/** What a request does; undefined: it is gone. */
export function requestKind(page: RequestPage): BarKind | undefined {
  if (page.works.length > 0) return mostTelling(page.works.map(workKind));
  if (page.slots.length > 0) return mostTelling(page.slots.map((slot) => slotKind(slot) ?? 'holding'));
  if (page.ended) return undefined;
  if (!page.inQueue) return 'forgotten';
  return page.asleep ? 'backoff' : 'waiting';
}

const TELLING: readonly BarKind[] = ['unleased', 'ghost', 'hung', 'paused', 'working', 'holding'];

function mostTelling(kinds: readonly BarKind[]): BarKind | undefined {
  return TELLING.find((kind) => kinds.includes(kind));
}

/** A slot without work is a ghost once work has run in it, or can never begin in it. */
export function slotKind(slot: HeldSlot): BarKind | undefined {
  if (!slot.live) return undefined;
  const own = slot.holder.works.filter((work) => work.slot === slot);
  if (own.length > 0) return mostTelling(own.map(workKind));
  return slot.worked || slot.holder.ended || slot.holder.works.length > 0 ? 'ghost' : 'holding';
}

export function workKind(work: RunningWork): BarKind {
  if (work.hung) return 'hung';
  if (work.paused) return 'paused';
  return work.isCovered || !work.counts ? 'working' : 'unleased';
}
