import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { realOutside } from '../../src/cli/outside.js';
import type { ResultFile } from '../../src/measure/result.js';
import { story } from '../measure/gate/judged.js';
import { TestFolder } from './folder.js';
import { filesWith, slotstorm } from './memory-outside.js';

const folder = new TestFolder();
const LONGER = ['--set', 'platform.endpoints.0.service.exponential.mean=3s', '--allow', 'load'];

/** Runs twelve seeds of a scenario and sets its baseline. @returns runs it again, with more words */
async function withBaseline(text: string): Promise<(words: readonly string[], files?: Parameters<typeof filesWith>[0]) => ReturnType<typeof slotstorm>> {
  const file = folder.file('small.yaml', text);
  const run = (words: readonly string[], files = {}) =>
    slotstorm(['run', file, '--seeds', '12', '--workers', '1', '--reporter', 'json,terminal', '--out', `${folder.path}/out`, ...words], {
      files: filesWith(files),
    });
  await run([]);
  await slotstorm(['baseline', 'update', `${folder.path}/out/small-1-to-12`, '--reason', 'first', '--baselines', `${folder.path}/baselines`]);
  return run;
}

function result(): ResultFile {
  return JSON.parse(readFileSync(`${folder.path}/out/small-1-to-12/result.json`, 'utf8')) as ResultFile;
}

const gatedVariants = (): unknown[] => [...new Set(result().comparison?.numbers.flatMap(({ gates, variant }) => (gates ? [variant] : [])))];

describe('slotstorm run --baseline', () => {
  it('shows a number at level warn that got worse, and fails for it with --fail-on warn', async () => {
    const run = await withBaseline(story('  regression: { gate: [{ number: "queue_latency p95", level: warn }] }\n'));
    const words = ['--baseline', `${folder.path}/baselines`, ...LONGER];
    const { code, out } = await run(words);
    expect(result().comparison?.numbers[0]).toMatchObject({ metric: 'queue_latency', number: 'p95', gates: false, level: 'warn', verdict: 'worse' });
    expect(out).toMatch(/⚠ queue_latency p95 .*\(12\/12 seeds, such as \d+\)\n {4}worse: /);
    expect(out).toMatch(/✓ PASS {2}1 warned/);
    expect(code).toBe(0);
    expect((await run([...words, '--fail-on', 'warn'])).code).toBe(97);
  });

  it('holds no variant against a baseline that says regression: false', async () => {
    const run = await withBaseline(story('  regression: true\n', 'variants:\n  - { name: a }\n  - { name: b, expect: { regression: false } }\n'));
    expect((await run(['--baseline', `${folder.path}/baselines`, ...LONGER])).code).toBe(97);
    expect(gatedVariants()).toEqual(['a']);
  });

  it('holds only the variants that ask, where nobody named a baseline', async () => {
    const variants = 'variants:\n  - { name: a }\n  - { name: b, expect: { regression: true } }\n';
    const run = await withBaseline(story('  thresholds: {}\n', variants));
    const { files } = realOutside();
    const here = (path: string): string => path.replace(/^reports\/baselines/, `${folder.path}/baselines`);
    const usual = { isFile: (path: string) => files.isFile(here(path)), readText: (path: string) => files.readText(here(path)) };
    expect((await run(LONGER, usual)).code).toBe(97);
    expect(gatedVariants()).toEqual(['b']);
    await run(['--baseline', `${folder.path}/baselines`, ...LONGER]);
    expect(gatedVariants().toSorted()).toEqual(['a', 'b']);
  });

  it('does not pass over a variant that is new', async () => {
    const variants = (names: readonly string[]) => `variants:\n${names.map((name) => `  - { name: ${name} }\n`).join('')}`;
    await withBaseline(story('  regression: true\n', variants(['a'])));
    folder.file('small.yaml', story('  regression: true\n', variants(['a', 'b'])));
    const words = ['run', `${folder.path}/small.yaml`, '--seeds', '12', '--workers', '1', '--reporter', 'json', '--out', `${folder.path}/out`];
    expect((await slotstorm([...words, '--baseline', `${folder.path}/baselines`])).code).toBe(96);
    expect(result().comparison?.obstacles).toEqual(['the variant "b" is new: the baseline has nothing to hold it against; set the baseline anew']);
  });

  it('leaves a scenario without one undecided, unless it may pass, and never in silence', async () => {
    const file = folder.file('small.yaml', story('  thresholds: {}\n'));
    const [out, baselines] = [`${folder.path}/out`, `${folder.path}/baselines`];
    mkdirSync(baselines);
    const run = (...words: string[]) =>
      slotstorm(['run', file, '--seeds', '12', '--workers', '1', '--reporter', 'json,terminal', '--out', out, '--baseline', baselines, ...words]);
    expect((await run()).code).toBe(96);
    const { code, err } = await run('--missing-baseline', 'pass');
    expect(code).toBe(0);
    expect(err).toBe(
      `slotstorm: small was held against nothing, for there is no baseline ${baselines}/small.json yet; if this run is as it should be, make it the baseline: npx slotstorm baseline update ${out}/small-1-to-12 --baselines ${baselines} --reason "the first one"\n`,
    );
    expect(result().scenario.rerun).toContain(`--baseline ${baselines} --missing-baseline pass`);
    expect((await run('--missing-baseline', 'maybe')).err).toMatch(/^slotstorm: --missing-baseline: expected undecided, pass, got "maybe"\n/);
  });

  it('names the baselines that no scenario of the run has: one may be that of a scenario with a new name', async () => {
    const [out, baselines] = [`${folder.path}/out`, `${folder.path}/baselines`];
    mkdirSync(baselines);
    for (const name of ['a', 'b', 'smaller', 'z', 'plan-of-july']) writeFileSync(`${baselines}/${name}.json`, '{}');
    const file = folder.file('small.yaml', story('  thresholds: {}\n'));
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder.path };
    const words = ['--seeds', '12', '--workers', '1', '--reporter', 'json,github', '--out', out, '--baseline', baselines, '--missing-baseline', 'pass'];
    const { code, err } = await slotstorm(['run', file, ...words], { env });
    expect(code).toBe(0);
    expect(err).toContain(`no baseline ${baselines}/small.json yet (held by no scenario of this run: smaller, a, b and 1 more; renamed?); if this run`);
    expect(err).toMatch(/^::warning file=small\.yaml,title=small%3A no baseline::small was held against nothing, .*smaller, a, b and 1 more; renamed\?/m);
  });

  it('is a notice for CI where no baseline is left over', async () => {
    mkdirSync(`${folder.path}/baselines`);
    const file = folder.file('small.yaml', story('  thresholds: {}\n'));
    const words = ['--out', `${folder.path}/out`, '--baseline', `${folder.path}/baselines`, '--missing-baseline', 'pass'];
    const { err } = await slotstorm(['run', file, '--seeds', '12', '--workers', '1', '--reporter', 'github', ...words], { env: { GITHUB_ACTIONS: 'true' } });
    expect(err).toMatch(/^::notice title=small%3A no baseline::small was held against nothing/m);
    expect(err).not.toContain('renamed');
  });

  it.each(['run', 'report merge'])('refuses --missing-baseline pass of %s without --baseline, where it would do nothing', async (command) => {
    const file = folder.file('small.yaml', story('  regression: true\n'));
    const { code, err } = await slotstorm([...command.split(' '), file, '--out', `${folder.path}/out`, '--missing-baseline', 'pass']);
    expect(code).toBe(104);
    expect(err).toMatch(/^slotstorm: --missing-baseline pass goes with --baseline, for example --baseline reports\/baselines: [^\n]*\n$/);
    expect(existsSync(`${folder.path}/out`)).toBe(false);
  });

  it('says it once of shards, when they are merged', async () => {
    const file = folder.file('small.yaml', story('  thresholds: {}\n'));
    const [out, baselines] = [`${folder.path}/out`, `${folder.path}/baselines`];
    mkdirSync(baselines);
    const words = ['--reporter', 'json', '--out', out, '--baseline', baselines, '--missing-baseline', 'pass'];
    for (const shard of ['1/2', '2/2']) {
      expect((await slotstorm(['run', file, '--seeds', '12', '--shard', shard, '--workers', '1', ...words])).err).not.toContain('held against nothing');
    }
    const merged = await slotstorm(['report', 'merge', out, ...words]);
    expect(merged.code).toBe(0);
    expect(merged.err).toContain('small was held against nothing');
  });
});
