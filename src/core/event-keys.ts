/**
 * What an entry of the calendar means: 5 bits of kind and 27 bits of number, in one integer.
 * Kinds below `FIRST_OF_WORLD` belong to the platform, the others to whatever drives it.
 */
export const EventKind = {
  startDeadline: 0,
  requeue: 1,
  serviceEnd: 2,
  start: 3,
  stopConfirmed: 4,
  runnerReady: 5,
  runnerIdleOut: 6,
  leaseExpired: 7,
  holdTooLong: 8,
  limitEffective: 9,
  keyRefused: 10,
} as const;

export const FIRST_OF_WORLD = 16;
const ID_BITS = 27;
const ID_MASK = 0x7ff_ffff;

export function eventKey(kind: number, id: number): number {
  return (kind << ID_BITS) | id;
}

export function kindOf(key: number): number {
  return key >>> ID_BITS;
}

export function idOf(key: number): number {
  return key & ID_MASK;
}
