import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aim, measuredPart, withMeasuredPart } from '../../bench/document.js';
import { readOptions } from '../../bench/options.js';
import type { SuiteResult } from '../../bench/results.js';

const recorded = JSON.parse(readFileSync('bench/results.json', 'utf8')) as SuiteResult[];
const page = readFileSync('docs/performance.md', 'utf8');

describe('docs/performance.md', () => {
  it('says what bench/results.json says (npm run bench -- --write-docs)', () => {
    expect(page).toBe(withMeasuredPart(page, recorded));
  });

  it('names the command beside every table', () => {
    for (const suite of recorded) expect(page).toContain(`\`npm run bench -- ${suite.name}`);
  });

  it('needs its marks', () => {
    expect(() => withMeasuredPart('# Performance', recorded)).toThrow('expected the lines');
  });
});

describe('the measured part', () => {
  it('says why a program was not measured', () => {
    const [first] = recorded as [SuiteResult];
    const suite = { ...first, ratios: [], programs: [{ name: 'C++', figures: [], missing: 'no C++ compiler on this machine' }] };
    expect(measuredPart([suite])).toContain('| C++ | not measured: no C++ compiler on this machine |  |');
  });

  it('does not hide an aim that was missed', () => {
    expect(aim(0.74, { atLeast: 0.75 })).toBe('≥ 0.75, missed');
    expect(aim(0.75, { atLeast: 0.75 })).toBe('≥ 0.75');
    expect(aim(6.1, { atMost: 6 })).toBe('≤ 6, missed');
  });
});

describe('the command line of the benchmark', () => {
  it('runs three rounds, and seven for the gate', () => {
    expect(readOptions(['product']).rounds).toBe(3);
    expect(readOptions(['product', '--gate']).rounds).toBe(7);
  });

  it.each([
    [['--rounds', '0'], 'expected a whole number from 1 up, got 0'],
    [['--gate', '--rounds', '3'], 'expected at least 7 with --gate'],
    [['--scale', 'big'], 'expected a factor above 0, got big'],
    [['--write-docs', '--scale', '0.1'], 'expected --scale of at least 1'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j is refused: %s', (values, message) => {
    expect(() => readOptions(values)).toThrow(message);
  });
});
