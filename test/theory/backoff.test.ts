import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STANDARD_ERRORS_AT_MOST } from './acceptance.js';
import { bundledSections } from './bundle.js';
import { itStandsInTheDocument } from './describe-group.js';

const { backoff: section } = await bundledSections();
const TIMEOUT_MS = 300_000;

describe('requeueing with backoff, compared with first come, first served', () => {
  it('never lets a slot stand idle beside a line, nor anybody be overtaken, under fifo', { timeout: TIMEOUT_MS }, () => {
    for (const { summary } of section.comparisons) {
      expect(summary.fifo.idleBesideQueue.mean).toBe(0);
      expect(summary.fifo.bypassed.mean).toBe(0);
    }
  });

  it('makes requests wait longer wherever there is anything to wait for', { timeout: TIMEOUT_MS }, () => {
    const busy = section.comparisons.filter(({ exactWait }) => exactWait > 0.001);
    expect(busy.length).toBeGreaterThan(10);
    for (const { extraWait } of busy) expect(extraWait.mean).toBeGreaterThan(STANDARD_ERRORS_AT_MOST * extraWait.standardError);
  });

  it('lets more requests time out', { timeout: TIMEOUT_MS }, () => {
    for (const { timedOut } of section.timeoutComparisons) expect(timedOut.backoff.mean).toBeGreaterThan(timedOut.fifo.mean);
  });

  it('is drawn in docs/backoff-waits.svg as it was computed', { timeout: TIMEOUT_MS }, () => {
    expect(readFileSync('docs/backoff-waits.svg', 'utf8')).toBe(section.figure());
  });
});

itStandsInTheDocument(section);
