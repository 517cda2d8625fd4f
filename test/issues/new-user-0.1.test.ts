import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { HISTOGRAM_RELATIVE_ERROR, Histogram } from '../../src/measure/histogram.js';
import { slotstorm } from '../cli/memory-outside.js';

describe('percentiles', () => {
  it('are never below the true one, so that no limit passes by rounding, and above it by less than the stated error', () => {
    const histogram = new Histogram();
    const waits = [0, 10_000_000, 20_000_000, 30_000_000];
    for (const wait of waits) histogram.record(wait);
    for (const [share, exact] of [
      [0.5, 10_000_000],
      [0.75, 20_000_000],
      [0.99, 30_000_000],
      [1, 30_000_000],
    ] as const) {
      expect(histogram.quantile(share)).toBeGreaterThanOrEqual(exact);
      expect(histogram.quantile(share)).toBeLessThanOrEqual(exact * (1 + HISTOGRAM_RELATIVE_ERROR));
    }
    expect(histogram.quantile(0.99)).toBe(30_000_000);
  });
});

describe('a scenario script cannot end a gate as a pass', () => {
  test.each([
    ['process.exit(0)', 'process.exit(0);'],
    ['waiting for ever', 'await new Promise(() => undefined); export default {};'],
  ])('%s gives 107 and a line that says so', async (_, code) => {
    const folder = mkdtempSync(join(tmpdir(), 'slotstorm-test-'));
    const file = join(folder, 'bad.ts');
    writeFileSync(file, code);
    const ended = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, ['bin/slotstorm.js', 'run', file, 'scenarios/own-app-exempt.yaml', '--reporter', 'none'], (error, _out, stderr) =>
        resolve({ code: error?.code ?? 0, stderr }),
      );
    });
    rmSync(folder, { recursive: true, force: true });
    expect(ended.code).toBe(107);
    expect(ended.stderr).toContain('the scenario script ended the process');
  });
});

describe('bounds', () => {
  const SCENARIO = 'scenarios/own-app-exempt.yaml';
  test.each([
    ['an empty --out', ['--out', ''], /--out: expected a folder/],
    ['a billion seeds', ['--seeds', '1e9'], /--seeds: expected a whole number from 1 up to/],
    ['a seed that leaves no room to count', ['--seed', '9007199254740991'], /--seed: expected a whole number/],
  ] as const)('%s', async (_, options, message) => {
    const ran = await slotstorm(['run', SCENARIO, ...options]);
    expect(ran.err).toMatch(message);
    expect(ran.code).toBe(104);
  });
});
