/** What breaks although it should hold comes first, then what the story is about, then what is not judged. */
const ORDER = ['held', 'violated', 'off'];

/** The violation that a reader wants to see first. @param violations in the order in which they happened */
export function firstViolation<One extends { readonly expected: string }>(violations: readonly One[]): One | undefined {
  for (const expected of ORDER) {
    const found = violations.find((violation) => violation.expected === expected);
    if (found !== undefined) return found;
  }
  return violations[0];
}
