import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';

/** Starts something that would go on for a minute, sets a watchdog on it, tells its number and waits, as a run does. */
const OWNER = `
import { spawn } from 'node:child_process';
import { Watchdog } from ${JSON.stringify(resolve('src/load/k6/watchdog.ts'))};
const shooting = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
const watchdog = new Watchdog([shooting.pid], process.argv[2]);
if (process.argv[3] === 'dismissed') watchdog.dismiss();
process.stdout.write(shooting.pid + '\\n');
setTimeout(() => {}, 60000);`;

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slotstorm-watchdog-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @returns the number of what it had started, once it was killed without a word */
async function killedOwner(folder: string, ...rest: string[]): Promise<number> {
  const script = join(temporaryFolder(), 'owner.mjs');
  await build({ stdin: { contents: OWNER, resolveDir: '.', loader: 'ts' }, bundle: true, platform: 'node', format: 'esm', outfile: script });
  const owner = spawn(process.execPath, [script, folder, ...rest], { stdio: ['ignore', 'pipe', 'inherit'] });
  const shooting = Number(await new Promise<string>((told) => owner.stdout.setEncoding('utf8').once('data', told)));
  onTestFinished(() => {
    if (isAlive(shooting)) process.kill(shooting, 'SIGKILL');
  });
  const gone = new Promise((done) => owner.once('close', done));
  owner.kill('SIGKILL');
  await gone;
  return shooting;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a run that is killed without a word', () => {
  it('takes its k6 with it, and leaves no files behind', async () => {
    const folder = temporaryFolder();
    const shooting = await killedOwner(folder);
    await expect.poll(() => isAlive(shooting)).toBe(false);
    await expect.poll(() => existsSync(folder)).toBe(false);
  });

  it('touches nothing any more once its watchdog was dismissed: the numbers may be those of others', async () => {
    const folder = temporaryFolder();
    const shooting = await killedOwner(folder, 'dismissed');
    expect(isAlive(shooting)).toBe(true);
    expect(existsSync(folder)).toBe(true);
  });
});
