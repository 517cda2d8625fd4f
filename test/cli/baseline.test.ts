import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBaseline } from '../../src/results/baseline-file.js';
import { TestFolder } from './folder.js';
import { filesWith, slotstorm } from './memory-outside.js';

const folder = new TestFolder();
let run = '';

beforeAll(async () => {
  const out = mkdtempSync(`${tmpdir()}/slotstorm-baseline-`);
  await slotstorm(['run', 'scenarios/burst-submission.yaml', '--seeds', '6', '--workers', '1', '--reporter', 'json', '--out', out]);
  run = `${out}/burst-submission-1-to-6`;
}, 60_000);

const FILE = 'burst-submission.json';

/** The same run with some of its text replaced. */
function altered(from: string | RegExp, to: string): string {
  return folder.file('result.json', readFileSync(`${run}/result.json`, 'utf8').replace(from, to));
}

async function update(target: string, ...words: string[]) {
  return slotstorm(['baseline', 'update', target, '--reason', 'because', '--baselines', `${folder.path}/baselines`, ...words]);
}

function names(): string[] {
  return existsSync(`${folder.path}/baselines`) ? readdirSync(`${folder.path}/baselines`) : [];
}

describe('slotstorm baseline update', () => {
  it('sets a baseline of what a run did, with its reason, and leaves no other file', async () => {
    const { code, out } = await update(run);
    expect(code).toBe(0);
    expect(out).toContain(`${FILE} set from 6 seeds, 2 variants\n`);
    expect(names()).toEqual([FILE]);
    const baseline = readBaseline(readFileSync(`${folder.path}/baselines/${FILE}`, 'utf8'), FILE);
    expect(baseline).toMatchObject({ reason: 'because', seeds: [1, 2, 3, 4, 5, 6], world: { kind: 'simulated' } });
    expect(baseline.variants.map(({ name }) => name)).toEqual(['backoff', 'fifo']);
    expect(Object.keys(baseline.variants[0]!.hashes)).toHaveLength(6);
    expect(baseline.variants[0]!.metrics['queue_latency']!['p95']![1]).toBeGreaterThan(0);
  });

  it('writes the same bytes for the same run, and says that nothing changed', async () => {
    await update(run);
    const before = readFileSync(`${folder.path}/baselines/${FILE}`, 'utf8');
    const { out } = await update(run);
    expect(out).toMatch(/; before: \d{4}-\d\d-\d\d, because \(the same histories\)/);
    expect(readFileSync(`${folder.path}/baselines/${FILE}`, 'utf8')).toBe(before);
  });

  it('is refused in CI, unless forced', async () => {
    const words = ['baseline', 'update', run, '--reason', 'x', '--baselines', `${folder.path}/baselines`];
    const { code, err } = await slotstorm(words, { env: { CI: 'true' } });
    expect([code, names()]).toEqual([104, []]);
    expect(err).toContain('this is CI');
    expect((await slotstorm([...words, '--force'], { env: { CI: 'true' } })).code).toBe(0);
  });

  it('is refused without a reason, and without results', async () => {
    expect((await slotstorm(['baseline', 'update', run])).err).toContain('expected --reason');
    expect((await slotstorm(['baseline', 'update', run, '--reason', ' '])).err).toContain('--reason: expected a sentence');
    expect((await slotstorm(['baseline', 'update', '--reason', 'x'])).err).toContain('expected results to set baselines from');
  });

  it('is refused for what failed, unless that is meant', async () => {
    const failed = altered(/"verdict": "pass",\n "exitCode": 0/, '"verdict": "fail",\n "exitCode": 99');
    const { code, err } = await update(failed);
    expect([code, names()]).toEqual([104, []]);
    expect(err).toMatch(/failed \(exit code 99\), .*--accept-failed/);
    expect((await update(failed, '--accept-failed')).code).toBe(0);
  });

  it('takes what failed against the former baseline alone, and refuses what failed something else too', async () => {
    const story = (checks: string): string =>
      folder.file(
        'story.yaml',
        `name: story
platform:
  policy: fal-documented
  accounts: [{ id: acme, limit: 2, keys: [k] }]
  endpoints: [{ id: e, service: 1s, runners: 4 }]
workload: [{ as: acme/k, endpoint: e, call: submit, arrivals: { burst: 9, at: 0s } }]
recovery: 3m
expect: { thresholds: { queue_latency: [${checks}] } }
`,
      );
    const FASTER = '"max <= baseline*0.5"';
    const set = () => update(`${folder.path}/story-1-to-2`);
    const exitCodeWith = async (checks: string): Promise<number> => {
      const baselines = `${folder.path}/baselines`;
      return (await slotstorm(['run', story(checks), '--seeds', '2', '--baseline', baselines, '--reporter', 'json', '--out', folder.path])).code;
    };
    await slotstorm(['run', story(FASTER), '--seeds', '2', '--reporter', 'json', '--out', folder.path]);
    expect((await set()).code).toBe(0);
    expect(await exitCodeWith(FASTER)).toBe(99);
    expect(await set()).toMatchObject({ code: 0, err: '' });
    expect(await exitCodeWith(`${FASTER}, "max < 1ms"`)).toBe(99);
    expect(await set()).toMatchObject({ code: 104, err: expect.stringContaining('failed (exit code 99)') as string });
    expect(await exitCodeWith('"max < 1ms"')).toBe(99);
    expect((await set()).code).toBe(104);
  });

  it('is refused for a scenario whose name would leave the folder', async () => {
    const { code, err } = await update(altered('"name": "burst-submission"', '"name": "../../evil"'));
    expect([code, names()]).toEqual([104, []]);
    expect(err).toContain('expected a scenario name of a-z, 0-9 and -');
  });

  it('is refused for a baseline, and for two runs of a scenario', async () => {
    await update(run);
    expect((await update(`${folder.path}/baselines/${FILE}`)).err).toContain('is a baseline already');
    expect((await slotstorm(['baseline', 'update', run, `${run}/result.json`, '--reason', 'x'])).err).toContain('expected one run of each scenario');
  });

  it('writes all or nothing', async () => {
    const files = filesWith({
      rename: () => {
        throw Object.assign(new Error('disk full'), { code: 'ENOSPC' });
      },
    });
    const { code, err } = await slotstorm(['baseline', 'update', run, '--reason', 'x', '--baselines', `${folder.path}/baselines`], { files });
    expect([code, names()]).toEqual([104, []]);
    expect(err).toContain('expected to write baselines into');
  });

  it('replaces a former baseline that cannot be read, and says so', async () => {
    await update(run);
    writeFileSync(`${folder.path}/baselines/${FILE}`, '{');
    const { code, err } = await update(run);
    expect(code).toBe(0);
    expect(err).toContain('the former baseline is replaced, but could not be read');
  });
});

describe('slotstorm baseline show', () => {
  it('lists what is set and why; with a name, what it says', async () => {
    await update(run);
    const show = (...words: string[]) => slotstorm(['baseline', 'show', ...words, '--baselines', `${folder.path}/baselines`]);
    expect((await show()).out).toMatch(/^burst-submission {2}\d{4}-\d\d-\d\d {2}seeds 1–6, 2 variants {2}because\n$/);
    expect((await show('burst-submission')).out).toMatch(/ {2}fifo\n {4}queue_latency p95: median 1m \d+s of 6 seeds/);
    expect(JSON.parse((await show('--json')).out)).toMatchObject([{ kind: 'slotstorm-baseline' }]);
    expect((await show('other')).err).toContain('expected a scenario with a baseline (burst-submission), got "other"');
  });

  it('says when there is none', async () => {
    const { code, err } = await slotstorm(['baseline', 'show', '--baselines', folder.path]);
    expect([code, err]).toEqual([104, expect.stringContaining('there are none; make some with slotstorm baseline update') as string]);
  });
});
