/** What a new user of the emulator ran into. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LeakError, startEmulator } from '../../src/live/emulator.js';
import { TestFolder } from '../cli/folder.js';
import { slotstorm } from '../cli/memory-outside.js';

const own = new TestFolder();

const GHOSTLY = {
  name: 'ghostly',
  platform: { policy: 'fal-939', accounts: [{ id: 'us', limit: 2, keys: ['blue', 'green'] }], endpoints: [{ id: 'a/b', service: '6s' }] },
} as const;

async function submitted(speed: number | 'manual') {
  const emulator = await startEmulator({ speed, scenario: structuredClone(GHOSTLY) as never });
  const answer = await fetch(`${emulator.url}/queue/a/b`, {
    method: 'POST',
    body: '{}',
    headers: { authorization: `Key ${emulator.credentials('us/blue')}`, 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(200);
  return emulator;
}

describe('expectNoLeaks', () => {
  it('does not pass while nobody can know: work that goes on may yet leave a ghost', async () => {
    const emulator = await submitted('manual');
    emulator.revokeKey('us/blue');
    await expect(emulator.expectNoLeaks()).rejects.toThrow('still worked for');
    emulator.advance('10s');
    await expect(emulator.expectNoLeaks()).rejects.toThrow(LeakError);
    await emulator.close();
  });

  it('waits for what still works, and lists the ghosts that it becomes', async () => {
    const emulator = await submitted(100);
    emulator.revokeKey('us/blue');
    await expect(emulator.expectNoLeaks(1_000)).rejects.toThrow(/expected no leaked slot, found 1:\n {2}a\/b request .*its key was revoked/);
    await emulator.close();
  });
});

describe('mistakes in a test of one’s own', () => {
  it('are said in words', async () => {
    const emulator = await startEmulator({ speed: 'manual' });
    expect(() => emulator.revokeKey('nobody/x')).toThrow('expected a key as account/key (known: local/test), got "nobody/x"');
    expect(() => emulator.perform({ do: 'zap' } as never)).toThrow(/do/);
    expect(() => emulator.slots('nobody')).toThrow('expected an account: local, got "nobody"');
    expect(() => emulator.advance('soon')).toThrow('expected a duration such as 10s');
    await emulator.close();
    await expect(startEmulator({ handler: {} } as never)).rejects.toThrow('no option "handler"; did you mean "handlers"?');
    await expect(startEmulator({ scenario: 'file.yaml' as never })).rejects.toThrow('expected an object');
  });

  it('time can be stopped, moved and let go', async () => {
    const emulator = await startEmulator({ speed: 1 });
    expect(() => emulator.advance('1s')).toThrow("speed: 'manual', or pause() first");
    emulator.pause();
    const before = emulator.world.clock.nowUs();
    emulator.advance('1h');
    expect(emulator.world.clock.nowUs() - before).toBe(3_600_000_000);
    emulator.resume();
    await emulator.close();
  });
});

describe('a scenario whose steps come early', () => {
  it('meets whoever calls: its time begins when the server listens', async () => {
    const emulator = await startEmulator({
      speed: 10_000,
      scenario: { ...structuredClone(GHOSTLY), steps: [{ at: '1m', do: 'revoke-key', key: 'us/blue' }] } as never,
    });
    expect(emulator.dashboardUrl('us/green')).toContain('/concurrency?ticket=');
    expect(emulator.world.clock.nowUs()).toBeLessThan(60_000_000_000);
    await emulator.close();
  });
});

describe('replay --inputs', () => {
  it('of a recording that was cut off is undecided, and shows no page', async () => {
    const file = own.file('s.yaml', 'name: s\nplatform: { endpoints: [{ id: a/b, service: 1s }] }\n');
    const recording = own.file(
      'cut.ndjson',
      '{"slotstorm":"0.1.0","recording":1,"scenario":"s","variant":null,"seed":1}\n[1,{"op":"open-endpoint","endpoint":"x/y"}]\n[2,{"op"',
    );
    expect((await slotstorm(['replay', file, '--inputs', recording])).code).toBe(96);
    const shown = await slotstorm(['replay', file, '--inputs', recording, '--html', '--out', join(own.path, 'out')]);
    expect(shown.code).toBe(104);
    expect(shown.err).toContain('leave --text and --html out');
  });
});
