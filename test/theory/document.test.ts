import { expect, it } from 'vitest';
import { committedHead, committedHeadings } from './document/committed.js';
import { documentSections } from './document/document.js';
import { HEAD } from './document/head.js';
import type { DocumentSection } from './document/section.js';

// What each section says is held by the test file that runs its points.
it('docs/validation.md has the head and the sections that are printed, in order', () => {
  expect(committedHead()).toBe(HEAD);
  expect(committedHeadings()).toEqual(Object.values<DocumentSection>({ ...documentSections() }).map((section) => section.heading));
});
