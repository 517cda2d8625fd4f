import { describe, expect, it } from 'vitest';
import type { ResultFile } from '../../src/measure/result.js';
import { fitInto } from '../../src/report/fit-into.js';
import { MOST_PAGE_BYTES, renderHtml } from '../../src/report/html/document.js';
import { seededFixture } from './fixture.js';
import { richFixture } from './rich-fixture.js';

const sizeOf = (result: ResultFile): number => JSON.stringify(result).length;
const withEvidence = (result: ResultFile): number => result.runs.filter((run) => run.evidence != null).length;

describe('a result that is too large for its page', () => {
  const rich = richFixture();

  it('is left alone as long as it fits', () => {
    expect(fitInto(rich, sizeOf(rich))).toEqual({ result: rich, omitted: [], hasAllRuns: true });
  });

  it('loses the charts of later variants first, and says how many', () => {
    const fitted = fitInto(rich, sizeOf(rich) - 100);
    expect(withEvidence(rich)).toBe(2);
    expect(withEvidence(fitted.result)).toBe(1);
    expect(fitted.result.runs[0]?.evidence?.stories).toBeDefined();
    expect(fitted.omitted).toEqual(['charts and ledgers of 1 variant of 2']);
    expect(fitted.hasAllRuns).toBe(true);
  });

  it('then loses the ways of single requests, then the details of runs that passed', () => {
    const oneVariant = sizeOf(fitInto(rich, sizeOf(rich) - 100).result);
    const { result, omitted } = fitInto(rich, oneVariant - 500);
    expect(result.runs[0]?.evidence?.stories).toBeUndefined();
    expect(result.runs[0]?.evidence?.timeline).toBeDefined();
    expect(omitted.at(-1)).toBe('the ways of single requests');

    const many = seededFixture(200);
    const fitted = fitInto(many, sizeOf(many) / 2);
    const kept = fitted.result.runs.filter((run) => Object.keys(run.metrics).length > 0);
    expect(fitted.hasAllRuns).toBe(false);
    expect(fitted.omitted.at(-1)).toMatch(/^metrics and verdicts of \d+ runs of 400$/);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.filter((run) => run.verdict === 'fail')).toHaveLength(many.runs.filter((run) => run.verdict === 'fail').length);
  });

  it.each([1, 0.5, 0.1, 0.01, 0.001])('is no larger than %d of its size allows, or holds the least', (share) => {
    const many = seededFixture(2_000);
    const size = sizeOf(many) * share;
    const fitted = fitInto(many, size);
    if (fitted.result.runs.length === many.runs.length) expect(sizeOf(fitted.result)).toBeLessThanOrEqual(size);
    else expect(fitted.result.runs).toHaveLength(1_000);
    expect(fitted.omitted.length > 0).toBe(share < 1);
  });

  it('gives a page under the cap that says what it lacks and where that is', () => {
    const names = Array.from({ length: 60_000 }, (_, at) => `${(at * 2_654_435_761) % 4_294_967_296}-${(at * 40_503) % 65_536}`);
    const [first, ...others] = rich.runs;
    const evidence = {
      ...first!.evidence!,
      holds: names.flatMap((request) => [0, 1, 2, 3].map((slot) => ({ ...first!.evidence!.holds[0]!, slot, request: `${request}-${slot}` }))),
    };
    const html = renderHtml({ ...rich, runs: [{ ...first!, evidence }, ...others] }, { pageScript: '' });
    expect(Buffer.byteLength(html)).toBeLessThan(MOST_PAGE_BYTES);
    expect(html).toContain('This page would have been too large');
    expect(html).toContain('result-shortened.json');
    expect(renderHtml(rich, { pageScript: '' })).not.toContain('too large');
  });
});
