import { readdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BundledProgram, type RunningProgram } from './bundled-program.js';
import { TestFolder } from './folder.js';

const own = new TestFolder();
const program = new BundledProgram();

function start(...argv: readonly string[]): RunningProgram {
  const running = program.start(['fuzz', '--out', `${own.path}/out`, ...argv], { TMPDIR: own.path });
  onTestFinished(() => running.kill());
  return running;
}

describe('the process of slotstorm fuzz', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends after %s, in the middle of a run, when its report is printed', async (signal) => {
    // A limiter that says when it is asked, and then never answers: the thread is surely at work.
    const limiter = own.file('busy.mjs', 'import { writeSync } from "node:fs";\nexport default () => { writeSync(2, "asked\\n"); for (;;); };\n');
    const running = start('--limiter', limiter, '--time', '1h', '--run-timeout', '1h', '--workers', '2');
    await expect.poll(() => running.err).toContain('asked');
    running.signal(signal);
    expect(await running.ended).toBe(105);
    expect(running.out).toContain('interrupted');
  });

  it.each([
    ['throws in a microtask', 'queueMicrotask(() => { throw new Error("late"); });', 'it broke its thread: Error: late'],
    ['leaves a rejected promise', 'Promise.reject(new Error("late"));', 'it broke its thread: Error: late'],
    ['ends its thread', 'process.exit(0);', 'it ended its thread (exit code 0)'],
    ['ends its thread later', 'queueMicrotask(() => process.exit(3));', 'it ended its thread (exit code 3)'],
  ])('outlives a limiter that %s, names the call, and leaves nothing behind', async (_, code, loss) => {
    // The second request: calls before it are innocent.
    const limiter = own.file(
      'hostile.mjs',
      `export default () => ({
  acquire: (ask) => { if (ask.request === 'req-2') { ${code} } return ask.request; },
  renew: () => true, release: () => true, reap: () => [], setLimit: () => {}, inUse: () => 0,
});
`,
    );
    const running = start('--limiter', limiter, '--runs', '20', '--workers', '1', '--lite', '--faults', 'none', '--json');
    expect(await running.ended).toBe(107);
    const { discoveries } = JSON.parse(running.out) as { discoveries: { seed: number; trace?: string; failure: { kind: string; message: string } }[] };
    const [found] = discoveries;
    expect(found?.failure.kind).toBe('limiter');
    expect(found?.failure.message).toContain('hostile.mjs: acquire({"request":"req-2"');
    expect(found?.failure.message).toContain(loss);
    expect(found?.failure.message).toContain(`(seed ${found?.seed}, `);
    expect(found?.trace).toBeUndefined();
    expect(running.err.replace(/^fuzz: searching, .*\n/gm, '')).toBe('');
    expect(readdirSync(own.path).sort()).toEqual(['hostile.mjs', 'out']);
  });
});
