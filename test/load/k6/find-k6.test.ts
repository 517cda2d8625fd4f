import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LoadError } from '../../../src/load/driver.js';
import { findK6 } from '../../../src/load/k6/find-k6.js';
import { FakePrograms } from './fake-program.js';

const fake = new FakePrograms();
const v2 = fake.shell('two/k6', `echo '{"version":"v2.2.0","go_os":"linux"}'`);
const v3 = fake.shell('three/k6', `echo '{"version":"v3.0.1"}'`);

async function complaintOf(given: string | undefined, env: Record<string, string> = {}): Promise<string> {
  const error: unknown = await findK6(given, env).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LoadError);
  expect((error as LoadError).exitCode).toBe(104);
  return (error as LoadError).message;
}

describe('finding k6', () => {
  it('asks --k6-bin first, then K6_BIN, then PATH', async () => {
    const env = { K6_BIN: v2, PATH: `/nowhere:${join(fake.folder, 'three')}` };
    expect(await findK6(undefined, env)).toEqual({ path: v2, version: 'v2.2.0' });
    expect(await findK6(v3, env)).toEqual({ path: v3, version: 'v3.0.1' });
    expect((await findK6(undefined, { PATH: env.PATH })).version).toBe('v3.0.1');
    expect((await findK6(undefined, { ...env, K6_BIN: '' })).version).toBe('v3.0.1');
  });

  it('says where it looked and how to get one when there is none', async () => {
    const complaint = await complaintOf(undefined, { PATH: '/nowhere' });
    for (const word of ['--k6-bin', 'K6_BIN', 'PATH', 'Go 1.25', 'slotstorm k6 build', 'go install go.k6.io/k6/v2@v2.2.0']) expect(complaint).toContain(word);
  });

  it('names who said that it is there when it is not', async () => {
    expect(await complaintOf('/nowhere/k6')).toMatch(/^--k6-bin: .*"\/nowhere\/k6" does not exist/);
    expect(await complaintOf(undefined, { K6_BIN: '/nowhere/k6' })).toMatch(/^K6_BIN: .*does not exist/);
    expect(await complaintOf(fake.write('text/k6', 'no program', 0o644))).toContain('cannot be executed');
    expect(await complaintOf(fake.folder)).toContain('is no file');
  });

  it('refuses k6 v1, however it tells its version', async () => {
    expect(await complaintOf(fake.shell('one/k6', `echo '{"version":"v1.3.0"}'`))).toMatch(/expected k6 2 or newer, but ".*one\/k6" is v1\.3\.0/);
    const old = fake.shell('old/k6', 'echo "unknown flag: --json" >&2; echo "k6 v0.49.0 (go1.21, linux/amd64)"; exit 255');
    expect(await complaintOf(old)).toContain('is v0.49.0');
  });

  it('refuses what is another program, and shows what that said', async () => {
    expect(await complaintOf(fake.shell('other/k6', 'echo "hello \\"world\\""'))).toMatch(/to be k6, but to "version --json" it said "hello/);
    expect(await complaintOf(fake.shell('silent/k6', 'exit 3'))).toContain('to be k6');
  });
});
