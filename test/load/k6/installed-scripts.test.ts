import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleK6Script } from '../../../src/load/k6/bundle.js';
import { checkTypes as checkTypesOf } from '../../../src/load/k6/type-check.js';
import { slotstorm } from '../../cli/memory-outside.js';
import { FakePrograms } from './fake-program.js';

const CLONE = resolve('.');
const SHIPPED = ['burst', 'direct-calls', 'extension', 'revocation'];
/** Of the package: what scripts for k6 reach. */
const PARTS = ['package.json', 'src/core', 'src/load', 'src/measure', 'src/protocol', 'src/scenario', 'src/sim', 'scenarios/k6', 'xk6/slotstorm.d.ts'];
const fake = new FakePrograms();

interface Installed {
  /** Copied, as npm unpacks it, or linked to where it lies. */
  readonly slotstorm: 'copied' | 'linked';
  /** Further packages of the project. */
  readonly packages?: readonly ('typescript' | '@types/k6')[];
  /** compilerOptions of its tsconfig.json; undefined: it has none. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** With the clone as the package that runs. */
const checkTypes = (file: string): Promise<string | undefined> => checkTypesOf(file, CLONE);

let projects = 0;

/** A project of somebody, outside of this one. @returns its folder */
function project({ slotstorm: how, packages = [], options }: Installed): string {
  const name = `project-${++projects}`;
  const root = join(fake.folder, name);
  const modules = join(root, 'node_modules');
  mkdirSync(join(modules, '@types'), { recursive: true });
  if (how === 'linked') symlinkSync(CLONE, join(modules, 'slotstorm'));
  else for (const part of PARTS) cpSync(part, join(modules, 'slotstorm', part), { recursive: true });
  for (const one of packages) symlinkSync(join(CLONE, 'node_modules', one), join(modules, one));
  if (options !== undefined) fake.write(`${name}/tsconfig.json`, JSON.stringify({ compilerOptions: options }), 0o644);
  return root;
}

/** A script of the project's own. @returns its path */
function written(root: string, text: string, name = 'mine.ts'): string {
  return fake.write(`${root.slice(fake.folder.length + 1)}/${name}`, text, 0o644);
}

const BODY = `
export const options = { vus: 1 };
const seen = new Map([['a', 1]]);
export default function (): void {
  for (const [name] of seen) console.log(name, __ENV['X'], [...seen.keys()].findLast((key) => key !== ''));
  http.get('http://127.0.0.1:9');
}
`;
const OWN = `import http from 'k6/http';\n${BODY}`;
const WITH_OURS = `import http from 'k6/http';\nimport { runAsSdk } from './node_modules/slotstorm/scenarios/k6/lib/run-as-sdk.ts';\nexport const again = runAsSdk;\n${BODY}`;
/** What declarations cannot say, and what decorators need helpers for. */
const HELPER = `
const mark = (_of: unknown): void => {};
const Hidden = class { private n = 1; next() { return this.n++; } };
export class Step extends Hidden {}
export const named = { ...{ Step }, at: [1, 2] };
@mark
export class Marked {}
`;
const WRONG = `import http from 'k6/http';\nconst n: number = 'x';\nexport default () => http.get(String(n));\n`;
/** What projects that have nothing to do with k6 say of themselves. */
const FOREIGN_OPTIONS = { target: 'ES2015', composite: true, rootDir: 'src', outDir: 'out', module: 'node16', lib: ['ES2015'], types: ['k6'] };

describe('a script that slotstorm ships, in a project that has installed it', () => {
  describe.each(['copied', 'linked'] as const)('%s', (how) => {
    it.each([
      ['neither a compiler nor the types of k6', []],
      ['a compiler', ['typescript']],
      ['both', ['typescript', '@types/k6']],
    ] as const)('is one file with %s', async (_, packages) => {
      const root = project({ slotstorm: how, packages });
      for (const name of SHIPPED) {
        const ran = await slotstorm(['k6', 'script', join(root, `node_modules/slotstorm/scenarios/k6/${name}.ts`)]);
        expect(ran, name).toMatchObject({ code: 0, err: 'slotstorm: types are not checked: what lies in node_modules has been checked by whoever made it\n' });
        expect(ran.out).toContain('from "k6/http"');
        expect(ran.out).not.toMatch(/from "\.|\bimport type\b/);
      }
    });
  });
});

describe("a script of the project's own", () => {
  it('is not checked without the types of k6, and is told which package has them', async () => {
    const root = project({ slotstorm: 'copied', packages: ['typescript'] });
    const file = written(root, WRONG);
    expect(await slotstorm(['k6', 'script', file])).toMatchObject({
      code: 0,
      err: 'slotstorm: types are not checked: the types of k6 are not installed: npm install --save-dev @types/k6\n',
    });
  });

  it.each([
    ['no tsconfig.json', undefined],
    ['one that says nothing', {}],
    ['one for something else', FOREIGN_OPTIONS],
    ['one that names the types', { strict: true, types: ['k6'] }],
  ])('is checked as k6 and the bundle take it, with %s', async (_, options) => {
    const root = project({ slotstorm: 'copied', packages: ['typescript', '@types/k6'], ...(options === undefined ? {} : { options }) });
    expect(await checkTypes(written(root, OWN))).toBe(undefined);
    await expect(checkTypes(written(root, WRONG, 'wrong.ts'))).rejects.toThrow(/wrong\.ts:2:7: Type 'string' is not assignable to type 'number'/);
  });

  // Each of them says something about what the project builds; `mine.ts` is no part of that.
  it.each([
    { declaration: true, declarationDir: 't' },
    { declaration: true, declarationMap: true, emitDeclarationOnly: true },
    { declaration: true, isolatedDeclarations: true },
    { composite: true, rootDir: 'src', tsBuildInfoFile: 't/info' },
    { incremental: true },
    { outFile: 'all.js' },
    { out: 'all.js' },
    { noLib: true },
    { noResolve: true },
    { importHelpers: true, experimentalDecorators: true },
    { inlineSources: true },
    { types: ['nobody-has-this'] },
  ])('is checked under a tsconfig.json that says %j, which is about other files', async (options) => {
    const root = project({ slotstorm: 'copied', packages: ['typescript', '@types/k6'], options: { strict: true, ...options } });
    written(root, HELPER, 'helper.ts');
    expect(await checkTypes(written(root, `import { Step } from './helper.ts';\n${OWN}export const step = new Step();\n`))).toBe(undefined);
    const broken = written(root, `import { Step } from './helper.ts';\n${WRONG}export const step = new Step();\n`, 'wrong.ts');
    await expect(checkTypes(broken)).rejects.toThrow(/^expected a k6 script without type errors:\n[^\n]*wrong\.ts:3:7: Type 'string'[^\n]*$/);
  });

  it('finds the types beside itself, wherever its project is worked on', async () => {
    const root = project({ slotstorm: 'copied', packages: ['typescript', '@types/k6'] });
    expect(await checkTypes(written(root, OWN, 'load/k6/mine.ts'))).toBe(undefined);
  });

  it.each(['copied', 'linked'] as const)('answers for its own mistakes only, not for files of slotstorm (%s) that it shares', async (how) => {
    const root = project({ slotstorm: how, packages: ['typescript', '@types/k6'], options: { strict: true, noUnusedLocals: true, lib: ['ES2015'] } });
    const file = written(root, WITH_OURS);
    expect(await checkTypes(file)).toBe(undefined);
    expect(await bundleK6Script(file)).toContain('from "k6/http"');
    const broken = written(root, `${WITH_OURS}const unused: number = 'x';\n`, 'broken.ts');
    await expect(checkTypes(broken)).rejects.toThrow(/^expected a k6 script without type errors:\n[^\n]*broken\.ts:[^\n]*\n[^\n]*broken\.ts:[^\n]*$/);
  });

  it('does not answer for files of a clone of slotstorm that lies beside its project, however strict the project is', async () => {
    const root = project({ slotstorm: 'copied', packages: ['typescript', '@types/k6'], options: { strict: true, erasableSyntaxOnly: true } });
    const lib = relative(root, join(CLONE, 'scenarios/k6/lib/run-as-sdk.ts'));
    expect(await checkTypes(written(root, `import { runAsSdk } from '${lib}';\nexport const again = runAsSdk;\n${OWN}`))).toBe(undefined);
  });

  it('answers for all of it where it is one of slotstorm itself', async () => {
    const root = project({ slotstorm: 'linked', packages: ['typescript', '@types/k6'] });
    await expect(checkTypesOf(written(root, WRONG), root)).rejects.toThrow(/mine\.ts:2:7: Type 'string' is not assignable/);
  });

  it.each(['missing.ts', 'missing.js', 'scenarios/k6/missing.ts'])('that does not exist is not said to be a module: %s', async (file) => {
    expect(await slotstorm(['k6', 'script', file])).toMatchObject({
      code: 104,
      err: `slotstorm: k6 script: expected a scenario or a script for k6, but there is no file "${file}"\n`,
    });
  });

  it('nor is a folder', async () => {
    const root = project({ slotstorm: 'linked' });
    mkdirSync(join(root, 'folder.ts'));
    expect((await slotstorm(['k6', 'script', join(root, 'folder.ts')])).err).toMatch(/folder\.ts" is a folder, not a file\n$/);
  });
});

describe('a scenario in TypeScript', () => {
  it.each(['run', 'replay', 'serve', 'plan'])('that does not exist is not said to be a module: %s', async (command) => {
    const { code, err } = await slotstorm([command, 'none.ts', ...(command === 'plan' ? ['--slo', 'p(95)<2s'] : [])]);
    expect(code).toBe(104);
    expect(err).toMatch(/"none\.ts"(?: does not exist|: no such file or folder)/);
    expect(err).not.toContain('resolve');
  });
});
