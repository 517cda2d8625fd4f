import { afterEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../src/live/emulator.js';
import { OutsideWatch } from '../../../src/load/target/outside-watch.js';
import type { Target } from '../../../src/load/target/target.js';
import type { SlotLook } from '../../../src/measure/client-view.js';
import { ManualClock } from '../steps/manual-clock.js';

const KEYS = { 'acme/old': 'id-old:the-old-secret', 'acme/new': 'id-new:the-new-secret' };

let emulator: Emulator;
afterEach(() => emulator.close());

describe('slots, looked at from outside', () => {
  it('are those that are held, and those of them that nobody works for', async () => {
    const target = await started();
    const clock = new ManualClock();
    const looks: SlotLook[] = [];
    await submit(target, 3);
    const watch = new OutsideWatch(target, ['acme', 'other'], { slots: (look) => looks.push(look) });
    expect(await watch.stop(clock)).toEqual([]);
    expect(looks).toEqual([
      { account: 'acme', atUs: 0, inUse: 3, stuck: 0, peak: 3 },
      { account: 'other', atUs: 0, inUse: 0, stuck: 0, peak: 0 },
    ]);
    emulator.revokeKey('acme/old');
    emulator.advance('10s');
    await new OutsideWatch(target, ['acme'], { slots: (look) => looks.push(look) }).stop(clock);
    expect(looks.at(-1)).toMatchObject({ inUse: 3, stuck: 3 });
  });

  it('are looked at again and again until the run is over', async () => {
    const target = await started();
    const clock = new ManualClock();
    let looks = 0;
    const seenTwice = new Promise<void>((resolve) => {
      const watch = new OutsideWatch(target, ['acme'], { slots: () => ++looks === 2 && resolve() });
      watch.start(clock, 1);
      void seenEnough.then(() => watch.stop(clock)).then(() => stopped());
    });
    await seenTwice;
    enough();
    await isStopped;
    const after = looks;
    expect(after).toBeGreaterThanOrEqual(3);
    await new Promise((resolve) => setImmediate(resolve));
    expect(looks).toBe(after);
  });

  it('of an account that the server does not know make no sum: nothing is told of the others either', async () => {
    const target = await started();
    const looks: SlotLook[] = [];
    const notes = await new OutsideWatch(target, ['acme', 'nobody'], { slots: (look) => looks.push(look) }).stop(new ManualClock());
    expect(looks).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/1 looks at slots failed; the first: nobody: 404/)]);
  });

  it('of too many accounts are not looked at', async () => {
    const target = await started();
    const names = Array.from({ length: 21 }, (_, n) => `account-${n}`);
    expect(await new OutsideWatch(target, names, { slots: () => undefined }).stop(new ManualClock())).toEqual([expect.stringContaining('20 at most')]);
  });
});

let enough: () => void;
const seenEnough = new Promise<void>((resolve) => {
  enough = resolve;
});
let stopped: () => void;
const isStopped = new Promise<void>((resolve) => {
  stopped = resolve;
});

async function started(): Promise<Target> {
  const scenario = {
    name: 'test',
    platform: {
      policy: 'fal-939',
      accounts: [
        { id: 'acme', limit: 10, keys: ['old', 'new'] },
        { id: 'other', limit: 10 },
      ],
      endpoints: [{ id: 'fal-ai/flux/dev', service: '5s' }],
    },
    workload: [{ as: 'acme/old', call: 'submit', arrivals: { burst: 1, at: '0s' } }],
  };
  emulator = await startEmulator({ scenario: scenario as never, credentials: KEYS, speed: 'manual' });
  const { url, operatorCredentials: operator } = emulator;
  return {
    kind: 'slotstorm',
    queueUrl: `${url}/queue`,
    runUrl: `${url}/run`,
    apiUrl: `${url}/v1`,
    ca: undefined,
    takesHints: true,
    credentials: KEYS,
    operator,
  };
}

async function submit({ queueUrl }: Target, times: number): Promise<void> {
  const headers = { authorization: `Key ${KEYS['acme/old']}`, 'content-type': 'application/json' };
  for (let n = 0; n < times; n++) await (await fetch(`${queueUrl}/fal-ai/flux/dev`, { method: 'POST', headers, body: '{"prompt":"a fox"}' })).text();
  emulator.advance('100ms');
}
