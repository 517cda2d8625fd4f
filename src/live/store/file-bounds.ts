/** How long uploaded files are kept, and how many. The oldest go first. */
export interface FileBounds {
  /** Virtual µs. */
  readonly ageUs: number;
  /** All files together. */
  readonly bytes: number;
}

const DAY_US = 86_400_000_000;
const MIB = 2 ** 20;

/** On disk. */
export const STORED_FILE_BOUNDS: FileBounds = { ageUs: 30 * DAY_US, bytes: 4096 * MIB };

/** In memory. */
export const REMEMBERED_FILE_BOUNDS: FileBounds = { ageUs: 30 * DAY_US, bytes: 512 * MIB };
