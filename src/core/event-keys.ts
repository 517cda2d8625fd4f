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
  /** A message arrives, or is sent again. */
  parcel: 11,
  renewal: 12,
  /** A runner that could not renew stops its work. */
  fence: 13,
  runnerResumed: 14,
  runnerSpedUp: 15,
  partUp: 16,
  linkWhole: 17,
  /** The line of an account is looked at although nobody was woken. */
  wakeTick: 18,
  redelivery: 19,
  webhook: 20,
  /** Of the whole platform: the number says what. */
  housekeeping: 21,
} as const;

export const FIRST_OF_WORLD = 22;
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
