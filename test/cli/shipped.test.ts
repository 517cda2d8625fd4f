import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, test, vi } from 'vitest';
import { helpExamples } from '../../src/cli/help-examples.js';
import type { Files } from '../../src/cli/outside.js';
import { ownFile, shipped, shippedBy, shippedInstead, shippedPattern } from '../../src/cli/shipped.js';
import { TestFolder } from './folder.js';
import { filesWith, type Ran, slotstorm } from './memory-outside.js';

const CLONE = resolve('.');
const folder = new TestFolder();

/** A folder of somebody who works there. */
function made(name: string): string {
  const path = join(realpathSync(folder.path), name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** A package as npm unpacks it, with a few of its files. */
function installedIn(place: string): string {
  const root = made(join(place, 'node_modules/slotstorm'));
  for (const name of ['package.json', 'docs/k6.md', 'scenarios/burst-submission.yaml', 'examples/handlers.ts']) cpSync(name, join(root, name));
  return root;
}

/** A project that has this package linked into it. */
function project(): string {
  const path = made('linked');
  mkdirSync(join(path, 'node_modules'));
  symlinkSync(CLONE, join(path, 'node_modules/slotstorm'));
  return path;
}

function seenFrom(currentFolder: string, packageFolder = CLONE): Files {
  return filesWith({ currentFolder, packageFolder });
}

/** The command line in a project, from within its folder. */
async function inProject(argv: readonly string[]): Promise<Ran & { readonly help: string }> {
  const here = process.cwd();
  const lines: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((text: string) => void lines.push(text));
  process.chdir(project());
  try {
    return { ...(await slotstorm(argv)), help: lines.join('\n') };
  } finally {
    spy.mockRestore();
    process.chdir(here);
  }
}

describe('the path of a file that slotstorm ships', () => {
  it('is its name in a clone', () => {
    expect(shipped('docs/k6.md', seenFrom(CLONE))).toBe('docs/k6.md');
  });

  it('leads through node_modules in a project that has installed it, or to which it is linked', () => {
    const root = installedIn('project');
    expect(shipped('docs/k6.md', seenFrom(join(root, '../..'), root))).toBe('node_modules/slotstorm/docs/k6.md');
    expect(shipped('docs/k6.md', seenFrom(project()))).toBe('node_modules/slotstorm/docs/k6.md');
  });

  it('leads up from a folder within a project, and from anywhere else begins at the root', () => {
    const root = installedIn('project');
    expect(shipped('scenarios', seenFrom(made('project/packages/app'), root))).toBe('../../node_modules/slotstorm/scenarios');
    expect(shipped('scenarios', seenFrom(made('a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/1/2/3/4/5/6/7/8/9/10'), root))).toBe(
      join(root, 'scenarios'),
    );
  });

  it.each(['.', 'packages', 'packages/app', '../elsewhere', '../..'])('is there, whoever asks from %s', (below) => {
    const root = installedIn('project');
    const current = resolve(root, '../..', below);
    mkdirSync(current, { recursive: true });
    for (const name of ['docs/k6.md', 'examples/handlers.ts', 'scenarios']) {
      expect(resolve(current, shipped(name, seenFrom(current, root)))).toBe(join(root, name));
    }
  });

  it('never is that of another slotstorm, of whatever version, that a project has', () => {
    const root = installedIn('global');
    const current = join(installedIn('project'), '../..');
    expect(resolve(current, shipped('docs/k6.md', seenFrom(current, root)))).toBe(join(root, 'docs/k6.md'));
    expect(ownFile('docs/k6.md', seenFrom(current, root))).toBe(join(root, 'docs/k6.md'));
  });

  it('steers no terminal, and no shell that is given a command with it, whatever folders are called', () => {
    const root = installedIn('q$(touch PWNED) "z\u001b[31m\u0007');
    const path = shippedBy(seenFrom(made('project'), root));
    expect(path('scenarios')).toBe('../q$(touch PWNED) "z/node_modules/slotstorm/scenarios');
    const commands = helpExamples(path).map(([text]) => text);
    expect(commands).toContain(`$0 run '../q$(touch PWNED) "z/node_modules/slotstorm/scenarios/*.yaml' --quiet`);
  });

  it('is its name where the package does not have it', () => {
    expect(shipped('docs/none.md', seenFrom(made('project')))).toBe('docs/none.md');
  });
});

describe('in a project of a user, where nothing of slotstorm lies but in node_modules', () => {
  test.each([
    ['run', ['run', 'scenarios/key-revocation-mid-flight.yaml'], 'node_modules/slotstorm/scenarios/key-revocation-mid-flight.yaml'],
    ['run by name alone', ['run', 'burst-submission'], 'node_modules/slotstorm/scenarios/burst-submission.yaml'],
    ['run of all', ['run', 'scenarios/*.yaml'], 'node_modules/slotstorm/scenarios/*.yaml'],
    ['an entry of the zoo', ['run', './scenarios/zoo/key-revoked.yaml'], 'node_modules/slotstorm/scenarios/zoo/key-revoked.yaml'],
    ['a folder', ['run', 'scenarios/zoo'], 'node_modules/slotstorm/scenarios/zoo'],
    ['replay', ['replay', 'scenarios/runner-crash.yaml'], 'node_modules/slotstorm/scenarios/runner-crash.yaml'],
    ['serve', ['serve', 'runner-crash.yaml'], 'node_modules/slotstorm/scenarios/runner-crash.yaml'],
    ['models', ['serve', '--handlers', 'examples/handlers.ts'], 'node_modules/slotstorm/examples/handlers.ts'],
    ['a script for k6', ['k6', 'script', 'scenarios/k6/burst.ts'], 'node_modules/slotstorm/scenarios/k6/burst.ts'],
    ['no scenario', ['k6', 'script'], 'node_modules/slotstorm/scenarios/burst-submission.yaml'],
    ['no command', [], 'node_modules/slotstorm/scenarios/burst-submission.yaml'],
  ])('what leads to nothing is answered with what is there: %s', async (_, argv, path) => {
    const { code, err } = await inProject(argv);
    expect(code).toBe(104);
    expect(err).toContain(path);
    expect(err.split('\n')[0]).toMatch(/^slotstorm: .*expected /);
  });

  it('says in one line what was asked for and what slotstorm has instead', async () => {
    expect((await inProject(['run', 'scenarios/runner-crash.yaml'])).err).toBe(
      'slotstorm: expected a scenario file, a folder or a pattern: "scenarios/runner-crash.yaml" does not exist; slotstorm ships "node_modules/slotstorm/scenarios/runner-crash.yaml"\n',
    );
  });

  it('offers nothing for names that it does not have, nor outside of what it ships', () => {
    for (const missing of ['mine.yaml', '', '.', 'src/cli/main.ts', 'package.json', '../package.json', '../scenarios', 'scenarios/../package.json']) {
      expect(shippedInstead(missing, seenFrom(made('project')))).toBe('');
    }
  });

  it('offers no pattern that leads out of what it ships', () => {
    const files = seenFrom(made('project'));
    expect(shippedPattern('scenarios/*.yaml', files, () => true)).toContain('scenarios/*.yaml');
    for (const pattern of ['scenarios/../*.json', 'scenarios/*/../../*.json', '../scenarios/*.yaml', 'src/*.ts', '*.json'])
      expect(shippedPattern(pattern, files, () => true)).toBe('');
  });

  test.each([
    [['--help'], /^ {2}slotstorm run node_modules\/slotstorm\/scenarios\/key-revocation-mid-flight\.yaml$/m],
    [['--help'], /^ {2}slotstorm run 'node_modules\/slotstorm\/scenarios\/\*\.yaml' --quiet$/m],
    [['run', '--help'], /node_modules\/slotstorm\/docs\/own-limiter\.md/],
    [['fuzz', '--help'], /node_modules\/slotstorm\/docs\/own-limiter\.md/],
    [['replay', '--help'], /node_modules\/slotstorm\/docs\/own-limiter\.md/],
    [['serve', '--help'], /node_modules\/slotstorm\/examples\/handlers\.ts/],
  ])('%j names files that are there', async (argv, text) => {
    const { help } = await inProject(argv);
    expect(help.replace(/ +$/gm, '')).toMatch(text);
  });

  it('the advice how to get a k6 names a page that is there', async () => {
    const argv = ['run', 'node_modules/slotstorm/scenarios/burst-submission.yaml', '--live', '--driver', 'k6', '--k6-bin', 'none'];
    expect((await inProject(argv)).err).toContain('node_modules/slotstorm/docs/k6.md says more');
  });

  it.each([
    ['zoo', ['key-revoked', '--seeds', '1', '--workers', '1', '--reporter', 'json'], 'zoo/zoo.json'],
    ['score', ['--seeds', '2', '--workers', '1', '--profiles', 'fal-documented'], 'score/score.json'],
  ])('%s runs what this package has, not what another slotstorm in the project has', async (command, words, report) => {
    const here = process.cwd();
    const path = made('other');
    for (const folder of ['zoo', 'score']) mkdirSync(join(path, 'node_modules/slotstorm/scenarios', folder), { recursive: true });
    writeFileSync(join(path, 'node_modules/slotstorm/scenarios/zoo/theirs.ts'), 'process.exit(3);\n');
    for (const name of ['zoo/key-revoked', 'score/cancel-stranded', 'score/hung-runner', 'score/on-the-wire'])
      writeFileSync(join(path, `node_modules/slotstorm/scenarios/${name}.yaml`), 'name: theirs\n');
    process.chdir(path);
    try {
      const { code, err } = await slotstorm([command, ...words]);
      expect({ code, err: err.includes('theirs') }).toEqual({ code: 0, err: false });
      expect(existsSync(join(path, 'reports', report))).toBe(true);
    } finally {
      process.chdir(here);
    }
  });

  it('runs the zoo of the package, though the project has a folder of that name', async () => {
    const here = process.cwd();
    const path = project();
    mkdirSync(join(path, 'scenarios/zoo'), { recursive: true });
    writeFileSync(join(path, 'scenarios/zoo/mine.yaml'), 'name: mine\n');
    process.chdir(path);
    try {
      const ran = await slotstorm(['zoo', 'key-revoced']);
      expect(ran.err).toContain('did you mean "key-revoked"?');
    } finally {
      process.chdir(here);
    }
  });
});
