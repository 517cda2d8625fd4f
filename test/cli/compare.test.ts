import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { GitTree } from '../../src/cli/compare/git-tree.js';
import { realOutside } from '../../src/cli/outside.js';
import type { Comparison } from '../../src/measure/comparison/comparison-result.js';
import type { HistoryEntry } from '../../src/results/history-entry.js';
import { TestFolder } from './folder.js';
import { filesWith, slotstorm } from './memory-outside.js';

const BURST = 'scenarios/burst-submission.yaml';
const WAITING_FIFO = 'platform.policy={ preset: fal-documented, waiting: fifo }';
const SLOWER = 'platform.endpoints.0.service.exponential.mean=5.5s';
const RUN = 'burst-submission-1-to-20';
const folder = new TestFolder();

/** 20 seeds of the shipped scenario: as it is, with slots handed on in order, and with work that takes 10 % longer. */
const made = { before: '', fifo: '', slower: '', baselines: '' };

beforeAll(async () => {
  const root = mkdtempSync(`${tmpdir()}/slotstorm-compare-`);
  const run = async (name: string, ...words: string[]): Promise<string> => {
    const { code, err } = await slotstorm([
      'run',
      BURST,
      '--variant',
      'backoff',
      '--seeds',
      '20',
      '--workers',
      '1',
      '--reporter',
      'json',
      '--trace',
      '--out',
      `${root}/${name}`,
      ...words,
    ]);
    // A scenario that is changed may miss what it expects; it is compared all the same.
    expect([0, 98, 99], err).toContain(code);
    return `${root}/${name}/${RUN}`;
  };
  made.before = await run('before');
  made.fifo = await run('fifo', '--set', WAITING_FIFO);
  made.slower = await run('slower', '--set', SLOWER);
  made.baselines = `${root}/baselines`;
  await slotstorm(['baseline', 'update', made.before, '--baselines', made.baselines, '--reason', 'first']);
}, 120_000);

interface Held {
  readonly scenario: string;
  readonly comparison: Comparison;
}

async function compared(...words: string[]): Promise<Comparison> {
  const { out } = await slotstorm(['compare', ...words, '--json']);
  return (JSON.parse(out) as Held).comparison;
}

describe('slotstorm compare', () => {
  it('finds the same run identical, against its folder, its file and its baseline', async () => {
    for (const from of [made.before, `${made.before}/result.json`, made.baselines, `${made.baselines}/burst-submission.json`]) {
      const { code, out } = await slotstorm(['compare', from, made.before]);
      expect(out).toContain('= same: identical histories in all 20 seeds compared');
      expect(code).toBe(0);
    }
  });

  it('calls waiting in order better than backoff, with the right sign, and says which event was the first that differed', async () => {
    const { numbers, behaviour, exitCode, allowed } = await compared(made.before, made.fifo, '--allow', 'policy');
    const wait = numbers.find(({ metric, number }) => metric === 'queue_latency' && number === 'p95');
    expect(wait).toMatchObject({ verdict: 'better', seeds: 20, seedsWorse: 0 });
    expect(wait?.shift).toBeLessThan(0);
    expect(wait?.high).toBeLessThan(-(wait?.margin ?? 0));
    expect([exitCode, allowed]).toEqual([0, ['the policy differs']]);
    expect(behaviour[0]).toMatchObject({ variant: 'backoff', seedsCompared: 20, first: { seed: 1, event: 36, atUs: 0 } });
    expect(behaviour[0]?.first?.baseline).toMatch(/^requeued at 0s: .* retryInMs 1000$/);
    expect(behaviour[0]?.first?.candidate).toMatch(/^requeued at 0s: .* reason accountLimit$/);
  });

  it('calls the way back worse: exit code 97', async () => {
    const { code, out } = await slotstorm(['compare', made.fifo, made.before, '--allow', 'policy']);
    expect(code).toBe(97);
    expect(out).toMatch(/✗ worse: .* rose by .*; 20 of 20 seeds worse/);
  });

  it('refuses what is not comparable with exit code 96, and names the part that differs', async () => {
    const { code, out } = await slotstorm(['compare', made.baselines, made.fifo]);
    expect(code).toBe(96);
    expect(out).toMatch(/\? not comparable: the policy differs; if that is meant, allow it \(--allow policy\)/);
  });

  it('holds one variant against another, of two results or of one', async () => {
    const both = folder.path;
    await slotstorm(['run', BURST, '--seeds', '20', '--workers', '1', '--reporter', 'json', '--out', both]);
    const comparison = await compared(`${both}/${RUN}`, '--variants', 'backoff=fifo');
    expect(comparison.numbers.filter(({ gates, verdict }) => gates && verdict === 'better').map(({ metric, variant }) => [metric, variant])).toEqual([
      ['queue_latency', 'fifo'],
      ['time_to_result', 'fifo'],
    ]);
    const { code, err } = await slotstorm(['compare', `${both}/${RUN}`, '--variants', 'backoff=lifo']);
    expect([code, err]).toEqual([104, expect.stringMatching(/--variants: .* has the variants backoff, fifo, got "lifo"/) as string]);
  }, 60_000);

  it('takes the numbers, margin and misrate that it is given', async () => {
    const comparison = await compared(made.before, made.slower, '--allow', 'load,platform', '--gate', 'slot_hold avg', '--margin', '15%', '--misrate', '5%');
    expect(comparison.numbers.filter(({ gates }) => gates)).toMatchObject([{ metric: 'slot_hold', number: 'avg', verdict: 'same', misrate: 0.05 }]);
    expect((await compared(made.before, made.slower, '--allow', 'load,platform', '--gate', 'slot_hold avg')).numbers[0]).toMatchObject({ verdict: 'worse' });
  });

  it('leaves nothing of a Markdown file that it could not write', async () => {
    const files = filesWith({
      rename: () => {
        throw Object.assign(new Error('disk full'), { code: 'ENOSPC' });
      },
    });
    const { code, err } = await slotstorm(['compare', made.before, made.before, '--markdown', `${folder.path}/x.md`], { files });
    expect([code, err]).toEqual([104, expect.stringContaining('--markdown: expected to write') as string]);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('writes Markdown whose text is inert', async () => {
    const path = `${folder.path}/comparison.md`;
    await slotstorm(['compare', made.before, made.fifo, '--allow', 'policy', '--markdown', path]);
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^### burst-submission: ✓ better\n/);
    expect(text).toContain('| queue\\_latency p95 of backoff |');
  });

  it('pairs two folders of runs by scenario, and never passes over one that is gone', async () => {
    const [from, to] = [`${folder.path}/from`, `${folder.path}/to`];
    for (const name of [`${from}/a`, `${from}/b`, `${to}/a`]) mkdirSync(name, { recursive: true });
    cpSync(`${made.before}/result.json`, `${from}/a/result.json`);
    cpSync(`${made.before}/result.json`, `${to}/a/result.json`);
    const other = readFileSync(`${made.before}/result.json`, 'utf8').replace('"name": "burst-submission"', '"name": "another"');
    writeFileSync(`${from}/b/result.json`, other);
    const { code, err } = await slotstorm(['compare', from, to]);
    // One run on the right is meant for its own scenario only.
    expect([code, err]).toEqual([0, '']);
    mkdirSync(`${to}/c`);
    writeFileSync(`${to}/c/result.json`, other.replace('"name": "another"', '"name": "third"'));
    const two = await slotstorm(['compare', from, to]);
    expect(two.code).toBe(96);
    expect(two.err).toContain('another is in');
    expect(two.err).toContain('third is in');
    cpSync(`${made.before}/result.json`, `${to}/c/result.json`);
    expect((await slotstorm(['compare', from, to])).err).toMatch(/expected one run of each scenario in .*; name the one you mean/);
  });

  it('reads baselines of git revisions', async () => {
    const root = folder.path;
    const git = (words: readonly string[]): string | undefined => {
      try {
        return execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], {
          cwd: root,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        });
      } catch {
        return undefined;
      }
    };
    git(['init', '--quiet']);
    mkdirSync(`${root}/reports`);
    cpSync(made.baselines, `${root}/reports/baselines`, { recursive: true });
    git(['add', '.']);
    git(['commit', '--quiet', '--message', 'baselines']);
    for (const from of ['HEAD', 'HEAD:reports/baselines', 'HEAD:reports/baselines/burst-submission.json']) {
      const { code, out, err } = await slotstorm(['compare', from, made.before], { git });
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain('burst-submission against HEAD:reports/baselines/burst-submission.json, set ');
    }
    expect((await slotstorm(['compare', 'v9', made.before], { git })).err).toMatch(/expected a file, a folder, REV:path or a git revision, got "v9"/);
  });

  it('asks git for nothing that git would take for an option', () => {
    const git = (): never => {
      throw new Error('git was asked');
    };
    const outside = { ...realOutside(), git };
    for (const argument of ['-x', '--output=x:y', 'v1:--x', ':x', '']) expect(GitTree.of(argument, 'reports/baselines', outside)).toBeUndefined();
  });

  it('calls variants that are held against each other by their names, and says whose they are', async () => {
    await slotstorm(['run', BURST, '--seeds', '2', '--workers', '1', '--reporter', 'json', '--out', folder.path]);
    const run = `${folder.path}/burst-submission-1-to-2`;
    const { out } = await slotstorm(['compare', run, '--variants', 'backoff=fifo']);
    expect(out.split('\n')[0]).toBe(`burst-submission: fifo against backoff of ${run}/result.json`);
  });

  const WRONG: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['nothing to compare', [], /expected two things to compare/],
    ['one side only', ['reports'], /expected|has none of them/],
    ['a path that is not there', ['no-such-thing', 'x'], /expected a file, a folder, REV:path or a git revision, got "no-such-thing"/],
    ['an unknown part', ['a', 'b', '--allow', 'weather'], /--allow: expected policy, platform, load, machine, got "weather"/],
    ['a pair that is none', ['a', '--variants', 'fifo'], /--variants: expected old=new such as backoff=fifo, got "fifo"/],
    ['a margin that is none', ['a', 'b', '--margin', 'much'], /--margin: expected a share, a duration or both such as 5%,50ms, got "much"/],
    ['a misrate that is none', ['a', 'b', '--misrate', '0'], /--misrate: expected a share above 0% and below 100% such as 1%, got "?0"?/],
    ['a number that is none', ['a', 'b', '--gate', 'queue_latency p42'], /--gate: of queue_latency a baseline holds avg, min/],
    ['two sides beside a history', ['HEAD', 'HEAD', '--history', 'no.ndjson'], /--history looks at .*: expected nothing but --json beside it, got HEAD HEAD/],
    ['terms beside a history', ['--history', 'x', '--allow', 'load', '--gate', 'leaked_slots value', '--markdown', 'y'], /got --allow --gate --markdown/],
    ['a history that is not there', ['--history', 'no.ndjson'], /--history: expected a history.ndjson, but there is no file "no.ndjson"/],
  ];
  test.each(WRONG)('%s: exit code 104', async (_, words, message) => {
    const { code, err, out } = await slotstorm(['compare', ...words]);
    expect(err).toMatch(message);
    expect([code, out]).toEqual([104, '']);
  });

  it('says what is wrong with a damaged result, baseline or trace', async () => {
    const text = readFileSync(`${made.before}/result.json`, 'utf8');
    for (const bad of [text.slice(0, 5_000), '{"kind": "slotstorm-baseline", "schemaVersion": 9}', '{}']) {
      const { code, err } = await slotstorm(['compare', folder.file('bad.json', bad), made.before]);
      expect(err).toMatch(/bad\.json: expected /);
      expect(code).toBe(104);
    }
    const run = `${folder.path}/run`;
    cpSync(made.fifo, run, { recursive: true });
    writeFileSync(`${run}/trace.ndjson.gz`, 'no gzip');
    const { code, err } = await slotstorm(['compare', made.before, run, '--allow', 'policy']);
    expect(err).toMatch(/expected a trace that slotstorm wrote, got ".*trace\.ndjson\.gz": .*; leave it out, or run again with --trace/);
    expect(code).toBe(104);
  });
});

describe('slotstorm compare --history', () => {
  const entry = (n: number, p95: number): HistoryEntry => ({
    schemaVersion: 1,
    date: new Date(Date.UTC(2027, 0, 1 + n)).toISOString(),
    scenario: 'burst',
    file: 'burst.yaml',
    folder: undefined,
    world: 'simulated',
    sha256: 'x',
    tool: '0.1.0',
    revision: { sha: n.toString(16).padStart(40, '0'), dirty: false },
    verdict: 'pass',
    exitCode: 0,
    seeds: 20,
    requests: 4_000,
    numbers: { fifo: { 'queue_latency p95': p95, gave_up: 0 } },
  });
  const history = (values: readonly number[]): string => values.map((value, n) => JSON.stringify(entry(n, value))).join('\n');

  it('prints where a number changed its level, since which commit', async () => {
    const file = folder.file('history.ndjson', history(Array.from({ length: 50 }, (_, n) => (n < 40 ? 1_900 : 2_100) + (n % 3))));
    const { code, out } = await slotstorm(['compare', '--history', file]);
    expect(out).toMatch(
      /^burst \(fifo, 20 seeds\) queue_latency p95: 1\.9s until 2027-02-10 \(0000000000\), 2\.1s since \(\+10\.5 %\); by chance in .* % of histories\n$/,
    );
    expect(code).toBe(0);
    const [first] = JSON.parse((await slotstorm(['compare', '--history', file, '--json'])).out) as { changes: unknown[] }[];
    expect(first?.changes).toMatchObject([{ at: 40, before: 1_901, after: 2_101, date: '2027-02-10T00:00:00.000Z' }]);
  });

  it('says that too few runs are no answer: exit code 96', async () => {
    const { code, out } = await slotstorm(['compare', '--history', folder.file('history.ndjson', history([1, 2, 3]))]);
    expect(out).toContain('1 series of fewer than 30 runs: too few to tell (longest: 3)');
    expect(code).toBe(96);
  });

  it('counts lines that it cannot read', async () => {
    const { err } = await slotstorm(['compare', '--history', folder.file('history.ndjson', `${history([1, 2])}\n{"cut":`)]);
    expect(err).toMatch(/history\.ndjson: left out 1 broken of its lines/);
  });
});
