import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LoadError } from '../../../src/load/driver.js';
import { buildK6 } from '../../../src/load/k6/build/build-k6.js';
import { readExtension } from '../../../src/load/k6/build/extension.js';
import { FakePrograms } from './fake-program.js';

const fake = new FakePrograms();
const output = join(fake.folder, 'built/k6');
/** Writes down how it was called and makes a k6 where it is told to. */
const MAKES_K6 = `printf '%s\\n' "$PWD" "$@" > ${fake.folder}/called; cp go.mod main.go ${fake.folder}/ 2>/dev/null
while [ $# -gt 0 ]; do case $1 in -o|--output) out=$2;; esac; shift; done
printf '#!/bin/sh\\necho "{\\\\"version\\\\":\\\\"v2.2.0\\\\"}"\\n' > $out; chmod +x $out`;
const go = fake.shell('go126/go', `if [ "$1" = env ]; then echo go1.26.8; exit; fi\n${MAKES_K6}`);
const xk6 = fake.shell('xk6', `if [ "$1" = version ]; then echo "xk6 version 1.4.11"; exit; fi\n${MAKES_K6}`);
const PATH = `${dirname(go)}:/usr/bin:/bin`;

function build(changes: Partial<Parameters<typeof buildK6>[0]> = {}) {
  return buildK6({ extensions: [], output, xk6Bin: undefined, env: { PATH }, ...changes });
}

async function complaintOf(changes: Partial<Parameters<typeof buildK6>[0]>): Promise<string> {
  const error: unknown = await build(changes).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LoadError);
  expect((error as LoadError).exitCode).toBe(104);
  return (error as LoadError).message;
}

function called(): string[] {
  return readFileSync(join(fake.folder, 'called'), 'utf8').trim().split('\n').slice(1);
}

describe('building k6', () => {
  it('leaves it to xk6, with a version that xk6 need not look up', async () => {
    fake.write('mine/go.mod', 'module github.com/me/xk6-mine\n', 0o644);
    const mine = join(fake.folder, 'mine');
    const built = await build({ extensions: ['github.com/a/xk6-b@v1.2.3', `github.com/me/xk6-mine=${mine}`], xk6Bin: xk6 });
    expect(built).toEqual({ path: output, version: 'v2.2.0', builder: 'xk6' });
    expect(called()).toEqual(['build', 'v2.2.0', '--with', 'github.com/a/xk6-b@v1.2.3', '--with', `github.com/me/xk6-mine=${mine}`, '--output', output]);
  });

  it('does without xk6: Go builds a module that imports k6 and the extensions', async () => {
    const mine = join(fake.folder, 'mine');
    expect(await build({ extensions: ['github.com/a/xk6-b@v1.2.3', `github.com/me/xk6-mine=${mine}`] })).toMatchObject({ builder: 'go build' });
    expect(called()).toEqual(['build', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', output, '.']);
    const module = readFileSync(join(fake.folder, 'go.mod'), 'utf8');
    for (const line of ['require go.k6.io/k6/v2 v2.2.0', 'require github.com/a/xk6-b v1.2.3', `replace github.com/me/xk6-mine => "${mine}"`])
      expect(module).toContain(line);
    expect(readFileSync(join(fake.folder, 'main.go'), 'utf8')).toContain('_ "github.com/me/xk6-mine"');
    expect(existsSync(readFileSync(join(fake.folder, 'called'), 'utf8').split('\n')[0] as string)).toBe(false);
  });

  it('says what is missing: Go, or a Go that is new enough', async () => {
    expect(await complaintOf({ env: { PATH: '/nowhere' } })).toMatch(/^expected Go 1\.25 or newer to build k6 with, but found no "go" in PATH/);
    const old = fake.shell('go119/go', 'echo go1.19.8');
    expect(await complaintOf({ env: { PATH: dirname(old) } })).toMatch(/expected Go 1\.25 or newer.*says "go1\.19\.8"/);
    expect(await complaintOf({ xk6Bin: xk6, env: { PATH: '/nowhere' } })).toContain('found no "go"');
  });

  it('says where the k6 cannot go', async () => {
    fake.write('a-file', '', 0o644);
    expect(await complaintOf({ output: join(fake.folder, 'a-file/k6') })).toMatch(/^--output: expected a folder that can be made, got .*a-file/);
  });

  it('says what is no xk6', async () => {
    expect(await complaintOf({ xk6Bin: '/nowhere/xk6' })).toBe('--xk6-bin: expected the program xk6, but "/nowhere/xk6" does not exist');
    const other = fake.shell('other-tool', 'echo hello');
    expect(await complaintOf({ env: { PATH, XK6_BIN: other } })).toMatch(/^XK6_BIN: .* to "version" it said "hello"/);
  });

  it('shows the last words of a build that failed, and what is most often wrong', async () => {
    const broken = fake.shell('broken/go', `if [ "$1" = env ]; then echo go1.26.8; exit; fi\necho 'go: no such module' >&2; exit 1`);
    const complaint = await complaintOf({ env: { PATH: `${dirname(broken)}:/bin` }, extensions: ['github.com/a/nothing@v9.9.9'] });
    expect(complaint).toMatch(/ended with 1\. Are there such modules \(github\.com\/a\/nothing\).*\n.*no such module/);
  });

  it.each([
    ['--with: a flag', '--evil', /expected a Go module such as/],
    ['a path alone', './xk6', /expected a Go module such as/],
    ['a line break', 'github.com/a/b"\nimport "os', /expected a Go module such as/],
    ['a folder without a module', 'github.com/a/b=/nowhere', /expected a folder with a go\.mod of github\.com\/a\/b/],
  ])('refuses %s', (_, text, complaint) => {
    expect(() => readExtension(text)).toThrow(complaint);
  });
});
