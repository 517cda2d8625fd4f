/** Something that can be rejected at a level. */
export interface Rejectable {
  rejectedAt(level: number): boolean;
}

/**
 * Holm's correction, step by step: all tests at `misrate` over their number; those that are rejected leave, and the others may
 * use what is left. The chance that any true hypothesis among them is rejected stays below `misrate`.
 * @returns the level of each test, in order
 */
export function holmLevels(tests: readonly Rejectable[], misrate: number): number[] {
  const levels = tests.map(() => misrate);
  let open = tests.map((_, at) => at);
  while (open.length > 0) {
    const level = misrate / open.length;
    for (const at of open) levels[at] = level;
    const left = open.filter((at) => !(tests[at] as Rejectable).rejectedAt(level));
    if (left.length === open.length) break;
    open = left;
  }
  return levels;
}
