/** Virtual time is an integer count of microseconds, exact in a double for 285 years. */
export const US_PER_MS = 1_000;
export const US_PER_SECOND = 1_000_000;
export const US_PER_MINUTE = 60 * US_PER_SECOND;
export const US_PER_HOUR = 60 * US_PER_MINUTE;
export const US_PER_DAY = 24 * US_PER_HOUR;

/** "Never", for deadlines and times to live. */
export const NEVER_US = Number.POSITIVE_INFINITY;
