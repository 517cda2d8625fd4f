import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../src/live/emulator.js';
import { OutsideWatch } from '../../../src/load/target/outside-watch.js';
import type { Target } from '../../../src/load/target/target.js';
import type { SlotLook } from '../../../src/measure/client-view.js';
import { ManualClock } from '../steps/manual-clock.js';

const KEYS = { 'acme/old': 'id-old:the-old-secret', 'acme/new': 'id-new:the-new-secret' };

let emulator: Emulator;
let running: { close(): Promise<unknown> } | undefined;
afterEach(() => running?.close());

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

describe('a round of looks that is asked for', () => {
  it('tells whether every account could be looked at', async () => {
    const target = await started();
    const { signal } = new AbortController();
    const looks: SlotLook[] = [];
    const sink = { slots: (look: SlotLook) => looks.push(look) };
    const clock = new ManualClock();
    expect(await new OutsideWatch(target, ['acme', 'other'], sink).lookNow(clock, signal)).toBe(true);
    expect(looks.map(({ account }) => account)).toEqual(['acme', 'other']);
    expect(await new OutsideWatch(target, ['acme', 'nobody'], sink).lookNow(clock, signal)).toBe(false);
    expect(await new OutsideWatch({ ...target, operator: undefined }, ['acme'], sink).lookNow(clock, signal)).toBe(false);
  });

  it('ends with the reason of whoever interrupts, and so do those that come by themselves', async () => {
    const reason = new Error('interrupted');
    const over = new AbortController();
    let asked = 0;
    const silent = await silentServer(() => {
      asked++;
      over.abort(reason);
    });
    running = silent;
    const target = { ...(NOWHERE satisfies Target), apiUrl: `${silent.url}/v1` };
    const watch = new OutsideWatch(target, ['acme'], { slots: () => undefined });
    const clock = new ManualClock();
    watch.start(clock, 1);
    await expect(watch.lookNow(clock, over.signal)).rejects.toBe(reason);
    // The round under way is left, none follows, and neither counts as one that the server refused.
    expect(await watch.stop(clock, { isInterrupted: true })).toEqual([]);
    expect(asked).toBe(1);
  });
});

const NOWHERE: Target = {
  kind: 'slotstorm',
  queueUrl: 'http://127.0.0.1:1/queue',
  runUrl: 'http://127.0.0.1:1/run',
  apiUrl: 'http://127.0.0.1:1/v1',
  ca: undefined,
  takesHints: true,
  credentials: KEYS,
  operator: 'op:a-long-operator-secret',
};

/** Hears, and does not answer. */
async function silentServer(onRequest: () => void): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(onRequest);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

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
  running = emulator;
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
