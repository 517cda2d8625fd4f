import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { GrowingFile } from '../../src/cli/gzip-file.js';
import { type Outside, realOutside } from '../../src/cli/outside.js';
import { TestFolder } from './folder.js';
import { filesWith, Kept, type Ran, slotstorm } from './memory-outside.js';

const own = new TestFolder();
/** Slots are given back while their work still runs. */
const EARLY_RELEASE = ['--set', 'platform.policy.releaseOn=cancel-request'];

function fuzz(argv: readonly string[], changes: Partial<Outside> = {}): Promise<Ran> {
  return slotstorm(['fuzz', '--out', own.path, ...argv], changes);
}

function filesIn(folder = own.path): string[] {
  return readdirSync(folder).sort();
}

interface Report {
  readonly runs: number;
  readonly failures: number;
  readonly ended: string;
  readonly discoveries: readonly {
    readonly name: string;
    readonly seed: number;
    readonly path: string;
    readonly shrunk?: { readonly shrunk: { readonly requests: number } };
  }[];
  readonly corpus: readonly { readonly path: string; readonly found: string; readonly state: string; readonly story?: string }[];
  readonly neverMet: unknown;
  readonly meta?: unknown;
}

async function reportOf(argv: readonly string[], changes: Partial<Outside> = {}): Promise<Report> {
  const { out } = await fuzz([...argv, '--json'], changes);
  const { meta: _, ...report } = JSON.parse(out) as Report;
  return report;
}

function fixture(name: string): Pick<Outside, 'fuzzScript'> {
  return { fuzzScript: resolve(`test/fuzz/fixtures/${name}.mjs`) };
}

describe('slotstorm fuzz', () => {
  it('finds a broken platform, and writes the story that shows it', async () => {
    const ran = await fuzz([...EARLY_RELEASE, '--runs', '2000']);
    expect(ran.code).toBe(98);
    const [trace, story] = filesIn();
    expect(story).toMatch(/^fuzz-[0-9a-f]{8}\.yaml$/);
    expect(trace).toBe(story?.replace('.yaml', '.trace.ndjson.gz'));
    expect(ran.out).toContain(`npx slotstorm run ${join(own.path, story!)}`);
    const text = readFileSync(join(own.path, story!), 'utf8');
    expect(text).toMatch(/^# S-/);
    expect(text).toContain('npx slotstorm fuzz --policy reference --set platform.policy.releaseOn=cancel-request --seed');
  });

  it('whose story slotstorm run reads, with the same violation', async () => {
    const [found] = (await reportOf([...EARLY_RELEASE, '--runs', '2000'])).discoveries;
    const ran = await slotstorm(['run', found!.path, '--reporter', 'none', '--json']);
    expect(ran.code).toBe(98);
    const { runs } = JSON.parse(ran.out) as { runs: { invariants: { id: string; verdict: string }[] }[] };
    expect(runs[0]?.invariants.find(({ id }) => id === found!.name)?.verdict).toBe('fail');
    expect(found!.shrunk?.shrunk.requests).toBeLessThanOrEqual(6);
  });

  it('whose trace is its whole history', async () => {
    await fuzz([...EARLY_RELEASE, '--runs', '2000']);
    const [trace] = filesIn();
    const lines = gunzipSync(readFileSync(join(own.path, trace!)))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    expect(lines[0]?.event).toBe('runBegan');
    expect(lines.at(-1)?.event).toBe('runEnded');
  });

  it('names the command that finds it again', async () => {
    const first = await reportOf([...EARLY_RELEASE, '--runs', '2000']);
    const [{ seed, name }] = first.discoveries as [Report['discoveries'][number]];
    const again = await reportOf([...EARLY_RELEASE, '--seed', String(seed), '--runs', '1']);
    expect(again.discoveries.map((one) => [one.seed, one.name])).toEqual([[seed, name]]);
  });

  it('passes where nothing is broken, and writes nothing', async () => {
    const ran = await fuzz(['--faults', 'none', '--runs', '300']);
    expect(ran.out).toMatch(/^fuzz reference: 300 runs in .*: nothing broken/);
    expect(ran.code).toBe(0);
    expect(filesIn()).toEqual([]);
  });

  it('finds the same with one thread and with three', async () => {
    const argv = [...EARLY_RELEASE, '--runs', '300', '--keep-going', '--shrink-tries', '50'];
    const alone = await reportOf([...argv, '--workers', '1']);
    expect(alone.failures).toBeGreaterThan(1);
    expect(alone.runs).toBe(300);
    expect(await reportOf([...argv, '--workers', '3'])).toEqual(alone);
  });

  it('does not pass where most runs ended too early to say', async () => {
    const ran = await fuzz(['--faults', 'none', '--set', 'recovery=1s', '--runs', '400']);
    expect(ran.out).toMatch(/nothing broken, \d+ undecided: too many ended too early to say; .* \(exit code 96\)/);
    expect(ran.code).toBe(96);
  });

  it('says aloud what it was allowed to do and never did', async () => {
    const ran = await fuzz(['--faults', 'crash', '--runs', '2']);
    expect(ran.out).toContain('Nothing was learnt about these:');
    expect(ran.out).toMatch(/NEVER CRASHED BETWEEN: [\s\S]*revoke-publish/);
  });

  it('is quiet if it is told to be', async () => {
    const ran = await fuzz([...EARLY_RELEASE, '--runs', '2000', '--quiet']);
    expect(ran.out.trim().split('\n')).toHaveLength(2);
  });
});

describe('a corpus', () => {
  it('gets what is found, and its stories are run first the next time', async () => {
    const corpus = join(own.path, 'corpus');
    const first = await reportOf([...EARLY_RELEASE, '--runs', '2000', '--corpus', corpus]);
    const [{ name }] = first.discoveries as [Report['discoveries'][number]];
    expect(filesIn(corpus)).toHaveLength(1);
    const ran = await fuzz(['--runs', '1', '--seed', '900000', '--corpus', corpus, '--json']);
    const again = JSON.parse(ran.out) as Report;
    expect(ran.code).toBe(98);
    // It was told at once: nothing was searched.
    expect([again.runs, again.ended]).toEqual([0, 'failure']);
    const [file] = filesIn(corpus);
    expect(again.corpus).toMatchObject([{ path: join(corpus, file!), found: name, state: 'still broken' }]);
    const shown = await slotstorm(['run', again.corpus[0]?.story as string, '--reporter', 'none']);
    expect(shown.code).toBe(98);
    // The same finding is one file, however often it is found.
    await fuzz([...EARLY_RELEASE, '--runs', '2000', '--corpus', corpus, '--keep-going']);
    expect(filesIn(corpus)).toContain(file);
  });

  /** One request that comes to its end, on a platform that gives slots back in time or does not. */
  const entryOf = (found: string, releaseOn: string, more = ''): string => `found: ${found}
seed: 5
randomScheme: 0
${more}story:
  name: any
  seed: 5
  platform:
    policy: { preset: reference, releaseOn: ${releaseOn}, stopDelay: 1s }
    accounts: [{ id: a1, limit: 1 }]
    endpoints: [{ id: m1, service: 5s }]
  workload: [{ as: a1, endpoint: m1, arrivals: { burst: 2, at: 0s } }]
  steps: [{ at: 1s, do: cancel, account: a1, state: in-progress }]
  recovery: 2m
`;

  it('says of each story whether it is still broken or holds now, whatever drew it', async () => {
    const corpus = join(own.path, 'corpus');
    mkdirSync(corpus);
    own.file('corpus/1.yaml', entryOf('S-CAP', 'confirmed-stop'));
    own.file('corpus/2 a.yaml', entryOf('S-CAP', 'cancel-request', 'format: older\n'));
    const ran = await fuzz(['--faults', 'none', '--runs', '30', '--corpus', corpus, '--keep-going']);
    expect(ran.out).toContain(`S-CAP holds now: ${corpus}/1.yaml`);
    expect(ran.out).toContain(`S-CAP still broken: ${corpus}/2 a.yaml`);
    expect(ran.out).toContain(`see it:  npx slotstorm run ${own.path}/fuzz-2-a.yaml`);
    expect(ran.out).toContain('30 runs');
    expect(ran.out).toContain('1 story of the corpus broken, nothing else broken');
    expect(ran.code).toBe(98);
  });

  it('passes when all its stories hold', async () => {
    const corpus = join(own.path, 'corpus');
    mkdirSync(corpus);
    own.file('corpus/1.yaml', entryOf('S-CAP', 'confirmed-stop'));
    const ran = await fuzz(['--faults', 'none', '--runs', '30', '--corpus', corpus, '--quiet']);
    expect(ran.code).toBe(0);
    expect(ran.out.trim().split('\n')).toHaveLength(1);
  });

  it('notices that a story breaks something else now', async () => {
    const corpus = join(own.path, 'corpus');
    mkdirSync(corpus);
    own.file('corpus/1.yaml', entryOf('L-WC', 'cancel-request'));
    const ran = await fuzz(['--faults', 'none', '--runs', '30', '--corpus', corpus]);
    expect(ran.out).toContain('L-WC broken otherwise: ');
    expect(ran.code).toBe(98);
  });

  it('runs the seed of an entry that has no story', async () => {
    const corpus = join(own.path, 'corpus');
    mkdirSync(corpus);
    own.file('corpus/1.yaml', 'seed: 77\nstory: reports/fuzz-1.yaml\n');
    const report = await reportOf(['--faults', 'none', '--runs', '3', '--corpus', corpus]);
    expect([report.runs, report.corpus]).toEqual([4, []]);
  });

  it('that is not there yet is empty', async () => {
    const corpus = join(own.path, 'new', 'corpus');
    expect((await fuzz(['--faults', 'none', '--runs', '5', '--corpus', corpus])).code).toBe(0);
    expect(existsSync(corpus)).toBe(true);
  });

  it.each([
    ['seed: often', /seed: expected a whole number from 0 up, got "often"/],
    ['- 1', /expected a corpus entry/],
    ['seed: [', /expected YAML/],
    ['a: &a [*a]', /expected/],
    ['seed: 1\nstory: { name: x }', /wrong\.yaml: story: platform: .*\n.*mend it, or remove the file/],
    ['seed: 1\nstory: 7', /story: expected a scenario, got 7/],
  ])('with a file that holds %s is refused', async (text, complaint) => {
    own.file('wrong.yaml', text);
    const ran = await fuzz(['--runs', '5', '--corpus', own.path]);
    expect(ran.code).toBe(104);
    expect(ran.err).toMatch(complaint);
    expect(ran.err).toContain('wrong.yaml');
  });
});

describe('a thread', () => {
  it('with a run that never ends is given up: the seed is named, and all other runs count', async () => {
    const report = await reportOf(['--runs', '30', '--keep-going', '--run-timeout', '200ms', '--workers', '2'], fixture('hangs-at-seed-7'));
    expect(report.runs).toBe(30);
    expect(report.discoveries.map(({ name, seed }) => [name, seed])).toEqual([['no end', 7]]);
  });

  it('that breaks is given up too', async () => {
    const ran = await fuzz(['--runs', '30', '--workers', '1', '--quiet'], fixture('breaks-at-seed-7'));
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('internal error seed 7 ');
  });
});

describe('an interrupt', () => {
  it('ends with 105 and what was found so far', async () => {
    let interrupted: (() => void) | undefined;
    const err = new Kept();
    const work = fuzz([...EARLY_RELEASE, '--time', '1h', '--keep-going', '--run-timeout', '1h'], {
      err,
      onInterrupt: (listener) => {
        interrupted = listener;
        return () => undefined;
      },
      // Every look at the clock finds that ten seconds have passed: each answer of a thread gives a line.
      monotonicMs: clock(10_000),
    });
    while (!/failed in/.test(err.text)) await new Promise((next) => setImmediate(next));
    interrupted?.();
    const ran = await work;
    expect(ran.code).toBe(105);
    expect(ran.out).toContain('interrupted');
    expect(filesIn().length).toBeGreaterThan(0);
  });
});

describe('wrong options', () => {
  it.each([
    [['--policy', 'best'], /policy/],
    [['--runs', '0'], /--runs: expected a whole number from 1 up/],
    [['--time', 'soon'], /--time: expected a duration such as 500ms, 12s or 1m30s, of at least 1ms, got "soon"/],
    [['--seed', '-1'], /--seed: expected a whole number from 0 up/],
    [['--faults', 'rain'], /--faults: expected all, none, revoke-key/],
    [['--faults', 'none,cut'], /--faults: expected all, none, or kinds of faults, got "none,cut"/],
    [['--set', 'platform.policy.fence=paper'], /seed 1: platform\.policy\.fence: expected one of token, none/],
    [['--set', 'platform.accounts.zeta.limit=1'], /--set: "platform\.accounts\.zeta\.limit": no entry of the list has the id or name "zeta"/],
    [['--set', 'seed=5'], /--set: expected no seed, .* --seed/],
    [['--set', '"seed"=5'], /--set: expected no seed/],
    [['--set', 'name=mine'], /--set: expected no name, /],
    [['--set', 'nonsense'], /--set: expected path=value/],
  ])('%s are refused with 104', async (argv, complaint) => {
    const ran = await fuzz(argv);
    expect(ran.code).toBe(104);
    expect(ran.err).toMatch(complaint);
  });

  it('leave nothing half-written where a disk is full', async () => {
    const full = (): never => {
      throw Object.assign(new Error('no'), { code: 'ENOSPC' });
    };
    for (const broken of ['compress', 'rename'] as const) {
      const files = filesWith(broken === 'rename' ? { rename: full } : { compress: fullGzip });
      const ran = await fuzz([...EARLY_RELEASE, '--runs', '2000', '--shrink-tries', '0'], { files });
      expect([ran.code, ran.err]).toEqual([104, expect.stringContaining('no space left; choose another with --out')]);
      expect(filesIn().filter((name) => name.endsWith('.part'))).toEqual([]);
    }
  });

  it('say which folder cannot be written, before anything is run', async () => {
    const files = filesWith({
      makeDirectory: () => {
        throw Object.assign(new Error('no'), { code: 'EACCES' });
      },
    });
    const ran = await fuzz(['--runs', '5'], { files });
    expect(ran.code).toBe(104);
    expect(ran.err).toContain('permission denied; choose another with --out');
  });
});

/** A compressed file whose disk is full when it is closed. */
function fullGzip(path: string): GrowingFile {
  const file = realOutside().files.compress(path);
  return {
    write: (text) => file.write(text),
    close: async () => {
      await file.close();
      throw Object.assign(new Error('no'), { code: 'ENOSPC' });
    },
    abandon: () => file.abandon(),
  };
}

function clock(stepMs: number): () => number {
  let ms = 0;
  return () => {
    ms += stepMs;
    return ms;
  };
}
