/** What the calendar's housekeeping event stands for. */
export const Chore = {
  window: 1,
  reconcile: 2,
  denialOver: 3,
  /** A limiter of one's own is asked what has run out. */
  reap: 4,
  /** The dispatcher hears of it. */
  runOut: 5,
} as const;
