import { describe, expect, it } from 'vitest';
import { STANDARD_ERRORS_AT_MOST } from './acceptance.js';
import { committedSection } from './document/committed.js';
import type { GroupSection } from './document/group-section.js';
import type { DocumentSection } from './document/section.js';

/** Every run of a point takes part in one test; a slow machine must not fail it. */
const TIMEOUT_MS = 300_000;

/** The tests of a group: its points agree with theory, its twins do not, and the document says what was found. */
export function describeGroup(section: GroupSection): void {
  const { group } = section;
  describe(group.title, () => {
    for (const point of group.points) {
      describe(`${point.model}, ${point.parameters}`, () => {
        it('agrees with theory', { timeout: TIMEOUT_MS }, () => {
          for (const { name, disagreement } of section.result(point).quantities) expect(disagreement, name).toBeUndefined();
        });

        it("obeys Little's law to the microsecond, and every invariant, on every run", { timeout: TIMEOUT_MS }, () => {
          expect(section.result(point).broken).toEqual([]);
        });

        it(`is caught with ${point.twin.wrong}`, { timeout: TIMEOUT_MS }, () => {
          expect(Math.abs(section.result(point).twin.off)).toBeGreaterThanOrEqual(STANDARD_ERRORS_AT_MOST);
        });
      });
    }
    itStandsInTheDocument(section);
  });
}

/** `npm run validation` writes it. */
export function itStandsInTheDocument(section: DocumentSection): void {
  it('stands in docs/validation.md as it was computed', { timeout: TIMEOUT_MS }, () => {
    expect(committedSection(section.heading)).toBe(section.text());
  });
}
