import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { initCommand } from '../../src/cli/commands/init.js';
import { INSTALL, TARBALL } from '../../src/cli/init/install-step.js';
import type { InitArguments } from '../../src/cli/init/options.js';
import { SCRIPT } from '../../src/cli/init/scaffold.js';
import { realOutside } from '../../src/cli/outside.js';
import { scenarioJsonSchema } from '../../src/scenario/schema.js';
import { VERSION } from '../../src/version.js';
import { TestFolder } from './folder.js';
import { filesIn, filesWith, Kept, slotstorm } from './memory-outside.js';

const own = new TestFolder();
const SCAFFOLD = ['.github/workflows/slotstorm.yml', '.gitignore', 'reports/baselines/.gitkeep', 'scenarios/first.yaml', 'scenarios/scenario.schema.json'];

async function init(changes: Partial<InitArguments> = {}, files = realOutside().files) {
  const out = new Kept();
  const err = new Kept();
  const code = await initCommand({ folder: own.path, force: false, dryRun: false, json: false, ...changes }, { ...realOutside(), out, err, files });
  return { code, out: out.text, err: err.text };
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(own.path, path)), { recursive: true });
  writeFileSync(join(own.path, path), text);
}

const read = (path: string): string => readFileSync(join(own.path, path), 'utf8');

function allFiles(): string[] {
  return readdirSync(own.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(own.path.length + 1))
    .sort();
}

describe('slotstorm init', () => {
  it('scaffolds a project, ends with the next commands, and leaves nothing half-written', async () => {
    const { code, out } = await init();
    expect(code).toBe(0);
    expect(allFiles()).toEqual(SCAFFOLD);
    expect(out).toContain(`
Next:
  cd ${own.path} && npm init --yes && ${INSTALL}
  npx slotstorm init
  npx slotstorm run scenarios/first.yaml --seeds 20
  npx slotstorm baseline update reports/first-1-to-20 --reason "the first one"
  npm run slotstorm

${TARBALL} is what npm pack makes in a clone of slotstorm: copy it into this folder, and commit it.
From the baseline on npm run slotstorm and the workflow hold the scenario against it: what got worse ends with exit code 97. Commit reports/baselines.
`);
  });

  it('writes a scenario that passes with twenty seeds, and fails where a revoked key keeps its slots', async () => {
    await init();
    const run = (...more: string[]) => slotstorm(['run', join(own.path, 'scenarios/first.yaml'), '--reporter', 'terminal', '--workers', '1', ...more]);
    expect(await run('--seeds', '20')).toMatchObject({ code: 0 });
    expect((await run('--set', 'platform.policy=fal-939')).code).toBe(98);
  });

  it('writes a scenario whose schema lies beside it', async () => {
    await init();
    expect(read('scenarios/first.yaml').split('\n')[0]).toBe('# yaml-language-server: $schema=./scenario.schema.json');
    const { $comment: _, ...schema } = JSON.parse(read('scenarios/scenario.schema.json')) as Record<string, unknown>;
    expect(schema).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
  });

  it('writes a workflow that gates pull requests, with nothing from outside in its shell', async () => {
    await init();
    const workflow = parse(read('.github/workflows/slotstorm.yml')) as { jobs: { gate: { steps: { run?: string }[] } } };
    const commands = workflow.jobs.gate.steps.flatMap(({ run }) => run ?? []);
    expect(commands.at(-1)).toBe(`npx --no-install ${SCRIPT}`);
    expect(commands.join('\n')).not.toContain('${{');
  });

  describe('its workflow, whose commands a shell runs', () => {
    /** npm and npx that say what they were asked to do. */
    function steps(hasSlotstorm: boolean): { readonly code: number | null; readonly out: string } {
      const { jobs } = parse(read('.github/workflows/slotstorm.yml')) as { jobs: { gate: { steps: { run?: string }[] } } };
      const npx = `npx() { echo "npx $*"; ${hasSlotstorm ? 'true' : 'false'}; }; npm() { echo "npm $*"; }`;
      const script = [npx, ...jobs.gate.steps.flatMap(({ run }) => run ?? [])].join('\n');
      const { status, stdout } = spawnSync('bash', ['-e', '-c', script], { cwd: own.path, encoding: 'utf8' });
      return { code: status, out: stdout };
    }

    it('installs by the lock file where there is one, and runs what was installed, never what a registry has', async () => {
      await init();
      const run = `npx --no-install slotstorm --version\nnpx --no-install ${SCRIPT.replaceAll('"', '')}\n`;
      expect(steps(true)).toEqual({ code: 0, out: `npm install\n${run}` });
      put('package-lock.json', '{}');
      expect(steps(true)).toEqual({ code: 0, out: `npm ci\n${run}` });
    });

    it('ends where slotstorm is not installed, and says how it gets there', async () => {
      await init();
      const { code, out } = steps(false);
      expect(code).toBe(1);
      expect(out).toContain(
        `::error::slotstorm is not installed. Put ${TARBALL}, which npm pack makes in a clone of slotstorm, into this repository, run ${INSTALL},`,
      );
      expect(out).not.toContain('slotstorm run');
    });
  });

  describe('its gate, word for word', () => {
    const run = (...words: string[]) => slotstorm(words, { files: filesIn(own.path) });
    /** Of the npm script, as a shell would part it. */
    const gate = (...more: string[]) =>
      run(
        ...SCRIPT.split(' ')
          .slice(1)
          .map((word) => word.replaceAll('"', '')),
        '--workers',
        '1',
        ...(more.length > 0 ? more : ['--reporter', 'json,terminal']),
      );
    const update = () => run('baseline', 'update', 'reports/first-1-to-20', '--reason', 'the first one');
    const edit = (before: string, after: string): void => put('scenarios/first.yaml', read('scenarios/first.yaml').replace(before, after));

    it('is green before there is a baseline, and says how to make one', async () => {
      await init();
      const { code, err } = await gate();
      expect(code).toBe(0);
      expect(err).toContain(
        'slotstorm: first was held against nothing, for there is no baseline reports/baselines/first.json yet; if this run is as it should be, make it the baseline: npx slotstorm baseline update reports/first-1-to-20 --reason "the first one"\n',
      );
      expect(await update()).toMatchObject({ code: 0 });
    });

    it('is green with the baseline while nothing got worse, and red when requests take longer, the limit is lower, or both', async () => {
      await init();
      await gate();
      await update();
      const same = await gate();
      expect(same).toMatchObject({ code: 0 });
      expect(same.err).not.toContain('held against nothing');
      edit('mean: 6s', 'mean: 9s');
      const slower = await gate();
      expect(slower.out).toContain('worse: queue_latency p95 rose by');
      expect(slower.code).toBe(97);
      edit('limit: 10', 'limit: 9');
      expect((await gate()).code).toBe(97);
      edit('mean: 9s', 'mean: 6s');
      expect((await gate()).code).toBe(97);
    });

    it('says how to make a baseline where no result was written too', async () => {
      await init();
      expect((await gate('--reporter', 'terminal')).err).toContain(
        'yet; to make one, run it with --reporter json and give its reports to slotstorm baseline update\n',
      );
    });

    it('leaves a scenario that asks for its baseline itself undecided without one', async () => {
      await init();
      edit('expect:\n', 'expect:\n  regression: true\n');
      expect((await gate()).code).toBe(96);
    });
  });

  it('does nothing the second time', async () => {
    put('package.json', '{}');
    await init();
    const before = Object.fromEntries(allFiles().map((path) => [path, read(path)]));
    const { out } = await init({ json: true });
    expect(new Set((JSON.parse(out) as { files: { action: string }[] }).files.map(({ action }) => action))).toEqual(new Set(['keep']));
    expect(Object.fromEntries(allFiles().map((path) => [path, read(path)]))).toEqual(before);
  });

  it('never overwrites what somebody else has written, not even with --force, and says so', async () => {
    put('scenarios/first.yaml', 'name: mine\n');
    put('.github/workflows/slotstorm.yml', 'name: mine\n');
    const { out } = await init({ force: true });
    expect(out).toMatch(/keep +scenarios\/first\.yaml {2}\(exists, and is not from init\)/);
    expect(read('scenarios/first.yaml')).toBe('name: mine\n');
    expect(read('.github/workflows/slotstorm.yml')).toBe('name: mine\n');
  });

  it('replaces its own with --force only', async () => {
    await init();
    const own = read('scenarios/first.yaml');
    put('scenarios/first.yaml', `${own}# changed\n`);
    expect((await init()).out).toMatch(/keep +scenarios\/first\.yaml {2}\(was written by init and differs; --force replaces it\)/);
    expect(read('scenarios/first.yaml')).toContain('# changed');
    expect((await init({ force: true })).out).toMatch(/replace +scenarios\/first\.yaml/);
    expect(read('scenarios/first.yaml')).toBe(own);
  });

  it('writes nothing in a dry run', async () => {
    const { out } = await init({ dryRun: true });
    expect(out).toContain('Nothing was written');
    expect(allFiles()).toEqual([]);
    expect(existsSync(join(own.path, 'scenarios'))).toBe(false);
  });

  it('writes nothing at all where something is in the way, and says what', async () => {
    put('scenarios', 'a file');
    await expect(init()).rejects.toThrow(/expected ".*scenarios" to be a folder, but it is a file/);
    await expect(init({ folder: join(own.path, 'scenarios') })).rejects.toThrow('to be a folder, but it is a file');
    await expect(init({ folder: join(own.path, 'scenarios/deeper') })).rejects.toThrow('a part of the path is a file, not a folder');
    expect(allFiles()).toEqual(['scenarios']);
  });

  it('says which file could not be written, and leaves no part of it', async () => {
    const files = filesWith({
      rename: () => {
        throw Object.assign(new Error('no'), { code: 'ENOSPC' });
      },
    });
    await expect(init({}, files)).rejects.toThrow(/expected to write ".*first\.yaml": no space left/);
    expect(allFiles()).toEqual([]);
  });
});

describe('package.json', () => {
  const scriptOf = (): unknown => (JSON.parse(read('package.json').replace(/^\uFEFF/, '')) as { scripts?: Record<string, unknown> }).scripts?.['slotstorm'];

  test.each([
    [
      'two spaces',
      '{\n  "name": "a",\n  "scripts": {\n    "test": "vitest"\n  }\n}\n',
      '{\n  "name": "a",\n  "scripts": {\n    "test": "vitest",\n    "slotstorm": S\n  }\n}\n',
    ],
    ['tabs', '{\n\t"scripts": {\n\t\t"a": "b"\n\t},\n\t"x": 1\n}', '{\n\t"scripts": {\n\t\t"a": "b",\n\t\t"slotstorm": S\n\t},\n\t"x": 1\n}'],
    [
      'line ends of Windows',
      '{\r\n  "scripts": {\r\n    "a": "b"\r\n  }\r\n}\r\n',
      '{\r\n  "scripts": {\r\n    "a": "b",\r\n    "slotstorm": S\r\n  }\r\n}\r\n',
    ],
    ['one line', '{"scripts":{"a":"b"},"x":1}', '{"scripts":{"a":"b", "slotstorm": S},"x":1}'],
    ['no scripts', '{\n  "name": "a"\n}\n', '{\n  "name": "a",\n  "scripts": { "slotstorm": S }\n}\n'],
    ['empty scripts', '{\n  "scripts": {}\n}\n', '{\n  "scripts": {\n    "slotstorm": S\n  }\n}\n'],
    ['nothing at all', '{}', '{\n  "scripts": { "slotstorm": S }\n}'],
    [
      'words that look like it elsewhere',
      '{\n  "a": { "scripts": { "x": "}" } },\n  "b\\"scripts": [1, "{"],\n  "scripts": { "y": "," }\n}',
      '{\n  "a": { "scripts": { "x": "}" } },\n  "b\\"scripts": [1, "{"],\n  "scripts": { "y": ",", "slotstorm": S }\n}',
    ],
    ['a byte order mark', '\uFEFF{ "scripts": { "a": "b" } }', '\uFEFF{ "scripts": { "a": "b", "slotstorm": S } }'],
  ])('gets one script more and keeps every other character: %s', async (_, before, after) => {
    put('package.json', before);
    await init();
    expect(read('package.json')).toBe(
      after
        .replace('S }', `${JSON.stringify(SCRIPT)} }`)
        .replace('S\n', `${JSON.stringify(SCRIPT)}\n`)
        .replace('S\r', `${JSON.stringify(SCRIPT)}\r`)
        .replace('S}', `${JSON.stringify(SCRIPT)}}`),
    );
    expect(scriptOf()).toBe(SCRIPT);
  });

  it('keeps a script of its own, and with --force sets back only what begins like ours', async () => {
    put('package.json', '{ "scripts": { "slotstorm": "echo mine" } }');
    expect((await init({ force: true })).out).toContain('has a script "slotstorm" of its own');
    expect(scriptOf()).toBe('echo mine');
    put('package.json', '{ "scripts": { "slotstorm": "slotstorm run a.yaml", "b": "c" } }');
    expect((await init()).out).toContain('--force sets it back');
    await init({ force: true });
    expect(read('package.json')).toBe(`{ "scripts": { "slotstorm": ${JSON.stringify(SCRIPT)}, "b": "c" } }`);
  });

  test.each([
    ['{ "scripts": ', 'expected JSON'],
    ['[]', 'expected an object'],
    ['{ "scripts": [] }', 'expected "scripts" to be an object'],
  ])('that cannot be read stops init before anything is written: %s', async (text, complaint) => {
    put('package.json', text);
    await expect(init()).rejects.toThrow(complaint);
    expect(allFiles()).toEqual(['package.json']);
  });

  it('that does not bring slotstorm yet makes its installation the first next step', async () => {
    const next = async (): Promise<string[]> => (JSON.parse((await init({ json: true })).out) as { next: string[] }).next;
    expect(INSTALL).toBe(`npm install --save-dev ./slotstorm-${VERSION}.tgz`);
    expect((await next())[0]).toBe(`cd ${own.path} && npm init --yes && ${INSTALL}`);
    for (const without of ['{}', '{ "dependencies": { "slotstorm-x": "1" }, "devDependencies": null }']) {
      put('package.json', without);
      expect(await next()).toMatchObject([
        `cd ${own.path} && ${INSTALL}`,
        'npx slotstorm run scenarios/first.yaml --seeds 20',
        expect.any(String),
        'npm run slotstorm',
      ]);
    }
    for (const bringing of ['{ "devDependencies": { "slotstorm": "file:../s" } }', '{ "dependencies": { "slotstorm": "1" } }', '{ "name": "slotstorm" }']) {
      put('package.json', bringing);
      expect(await next()).toMatchObject([`cd ${own.path} && npx slotstorm run scenarios/first.yaml --seeds 20`, expect.any(String), 'npm run slotstorm']);
    }
  });

  it.each([
    'file:../slotstorm',
    'file:../slotstorm-0.1.0.tgz',
    'file:/opt/slotstorm',
    'link:../../slotstorm',
    'file:~/slotstorm',
    '../slotstorm',
    'file:a/../../slotstorm',
  ])('that takes slotstorm from outside the folder (%s) is warned of: CI will not have it', async (source) => {
    put('package.json', JSON.stringify({ devDependencies: { slotstorm: source } }));
    const { code, err } = await init();
    expect(code).toBe(0);
    expect(err).toBe(
      `slotstorm: package.json takes slotstorm from ${JSON.stringify(source)}, outside this folder: a checkout in CI will not have it. Put ${TARBALL}, which npm pack makes in a clone of slotstorm, into this folder, run ${INSTALL}, and commit it\n`,
    );
    expect((JSON.parse((await init({ json: true })).out) as { warnings: unknown[] }).warnings).toHaveLength(1);
  });

  it.each([`file:${TARBALL}`, `file:./vendor/${TARBALL}`, 'file:..slotstorm', '1.0.0', 'git+https://example.com/slotstorm.git', 'github:me/slotstorm'])(
    'that takes slotstorm from where CI finds it too (%s) is not',
    async (source) => {
      put('package.json', JSON.stringify({ devDependencies: { slotstorm: source } }));
      expect((await init()).err).toBe('');
      expect(JSON.parse((await init({ json: true })).out)).toMatchObject({ warnings: [] });
    },
  );
});

describe('.gitignore', () => {
  it('gets the lines it lacks, after those that are there', async () => {
    put('.gitignore', 'node_modules\nreports/*');
    await init();
    expect(read('.gitignore')).toBe('node_modules\nreports/*\n!reports/baselines/\n');
  });

  it('is warned of where it hides the baselines', async () => {
    put('.gitignore', 'reports/\r\n');
    expect((await init()).out).toContain('remove its line "reports/", or baselines cannot be committed');
    expect(read('.gitignore')).toBe('reports/\r\nreports/*\r\n!reports/baselines/\r\n');
  });
});
