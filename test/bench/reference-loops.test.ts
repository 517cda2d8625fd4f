import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { near, sameCounts } from '../../bench/agreement.js';
import { MMC_LOAD, MMC_SERVERS, productShaped } from '../../bench/loads.js';
import { BuiltPrograms, findCompiler } from '../../bench/programs.js';
import type { Sample } from '../../bench/sample.js';
import { waitProbability } from '../../bench/suites/mmc.js';
import { prepareScenario } from '../../src/prepare.js';
import { runToEnd, ScenarioRun } from '../../src/run.js';
import { sourceOfData } from '../../src/scenario/source.js';

const REQUESTS = 100_000;
const compiler = findCompiler(process.env['CXX']);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slotstorm-bench-'));
  buildSync({ entryPoints: ['bench/reference/*.ts'], outbase: 'bench', outdir: folder, outExtension: { '.js': '.mjs' }, format: 'esm', bundle: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

function sampleOf(command: readonly string[]): Sample {
  const [file, ...values] = command as [string, ...string[]];
  return JSON.parse(execFileSync(file, values, { encoding: 'utf8' })) as Sample;
}

function script(name: string, work = REQUESTS): Sample {
  return sampleOf([process.execPath, join(folder, `reference/${name}.mjs`), String(work)]);
}

describe('the reference loops', () => {
  // Drawn from seed 1. Whoever changes a rule of the load sees it here.
  const COUNTS = {
    'plain-arrays': { work: REQUESTS, events: 240_300, requeues: 40_588, timeouts: 288, hash: 'e07152b4' },
    'mmc-arrays': { work: REQUESTS, events: 200_000, waited: 48_333, meanWaitUs: 711_644, hash: '1fcc7a90' },
  };

  test.each([
    ['plain-arrays', 'best.cpp'],
    ['mmc-arrays', 'mmc.cpp'],
  ] as const)('%s and %s are one program: they agree in every count and in the hash', (plain, native) => {
    expect(script(plain)).toMatchObject(COUNTS[plain]);
    const programs = new BuiltPrograms('unused', resolve('bench/reference'), join(folder, 'native'), compiler?.command);
    const program = programs.native('C++', native, REQUESTS);
    if (compiler === undefined) expect(program.missing).toBe('no C++ compiler on this machine');
    else expect(sampleOf(program.command)).toMatchObject(COUNTS[plain]);
  });

  it('of the product-shaped load requeues and drops as the platform does', () => {
    const plain = script('plain-arrays');
    const platform = platformRun(productShaped(REQUESTS));
    // Starting empty, 100,000 requests scatter by some percent; a rule that is modelled differently changes this by more.
    expect(Number(plain['requeues']) / plain.work).toBeCloseTo(platform.requeues / platform.requests, 1);
    expect(Number(plain['timeouts']) / plain.work).toBeCloseTo(platform.timeouts / platform.requests, 2);
  });

  it('of M/M/40 makes as many customers wait as Erlang C says', () => {
    const { waited, work } = script('mmc-arrays', 2_000_000);
    expect(Number(waited) / work / waitProbability(MMC_SERVERS, MMC_LOAD)).toBeCloseTo(1, 1);
  });
});

describe('programs that should have done the same work', () => {
  const sample = { work: 10, cpuSeconds: 1, events: 20, hash: '1a' };

  it('may differ in what was measured, not in what was counted', () => {
    expect(
      sameCounts(
        new Map([
          ['one', sample],
          ['two', { ...sample, cpuSeconds: 2 }],
        ]),
        'one',
        'two',
      ),
    ).toEqual([]);
    expect(
      sameCounts(
        new Map([
          ['one', sample],
          ['two', { ...sample, events: 21 }],
        ]),
        'one',
        'two',
      ),
    ).toHaveLength(1);
  });

  it('may differ by chance only so far', () => {
    const samples = new Map([['ours', { ...sample, events: 24 }]]);
    expect(near(samples, 'events', (one) => Number(one['events']), 20, 0.25)).toEqual([]);
    expect(near(samples, 'events', (one) => Number(one['events']), 20, 0.1)).toEqual(['ours: events is 24.00, expected 20.00 within 10 %']);
  });
});

function platformRun(load: Parameters<typeof sourceOfData>[1]): { requests: number; requeues: number; timeouts: number } {
  const [variant] = prepareScenario(sourceOfData('bench', load)).variants;
  if (variant === undefined) throw new Error('a scenario without variants has one');
  const result = runToEnd(new ScenarioRun(variant.scenario, variant.plan, { seed: 1, variant: undefined, evidence: false, traceSource: () => [] }));
  expect(result.verdict).toBe('pass');
  const count = (metric: string): number => {
    const value = result.metrics[metric];
    return value?.type === 'counter' ? value.count : Number.NaN;
  };
  return { requests: count('requests'), requeues: count('server_requeues'), timeouts: count('start_timeouts') };
}
