import { afterEach, describe, expect, it } from 'vitest';
import { US_PER_DAY, US_PER_MS } from '../../src/core/time.js';
import type { InputLog, LiveInput } from '../../src/live/driver/inputs.js';
import { LivePlatform, type PlatformWatcher } from '../../src/live/driver/live-platform.js';
import { type Emulator, startEmulator } from '../../src/live/emulator.js';
import { ModelError } from '../../src/live/models/model-error.js';
import { prepareScenario } from '../../src/prepare.js';
import type { ScenarioInput } from '../../src/scenario/schema.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { Client } from './client.js';
import { Remote } from './over-http.js';
import type { Target } from './target.js';

const SEED = 20260324;
const SPEED = 100;
const PAINTER = 'acme-models/painter';
const FAILING = 'acme-models/painter-failing-503';
const THINKER = 'acme-models/thinker';

/** Everything at once: faults that are scripted and drawn, several accounts, runners that are few and slow to boot. */
const SCENARIO: ScenarioInput = {
  name: 'lively-afternoon',
  seed: SEED,
  platform: {
    policy: { preset: 'reference', onRevoke: 'cancel', onDisconnect: 'cancel' },
    tiers: [{ paidUsd: 50, limit: 5 }],
    accounts: [
      { id: 'acme', limit: 3, keys: ['first', 'second', 'doomed'] },
      { id: 'other', limit: 2, keys: ['first', 'scripted'] },
    ],
    endpoints: [
      { id: PAINTER, service: { exponential: { mean: '8s' } }, failureProbability: 0.1, runners: { min: 1, max: 4, coldStart: '3s', keepAlive: '20s' } },
      { id: THINKER, owner: 'other', service: '5s', limit: 2 },
    ],
  },
  workload: [],
  steps: [
    { at: '25s', do: 'crash-runner', endpoint: PAINTER },
    { at: '40s', do: 'revoke-key', key: 'other/scripted' },
    { at: '55s', do: 'crash', part: 'dispatcher', for: '3s' },
  ],
  faults: { kinds: ['cut', 'disturb'], activation: 1, strikes: 3, from: '0s', to: '90s' },
};

class Notes implements InputLog {
  readonly inputs: { readonly atUs: number; readonly input: LiveInput }[] = [];

  note(atUs: number, input: LiveInput): void {
    // As a file would hold it.
    this.inputs.push({ atUs, input: JSON.parse(JSON.stringify(input)) as LiveInput });
  }

  kinds(): string[] {
    return [...new Set(this.inputs.map(({ input }) => input.op))].sort();
  }
}

const NOBODY: PlatformWatcher = {
  attach: () => {},
  record: () => {},
  dispatched: () => {},
  completed: () => {},
  callBegan: () => {},
  callRetried: () => {},
  callEnded: () => {},
  zombiePolls: () => {},
  iterationDropped: () => {},
  requestEnded: () => {},
  keyRefused: () => {},
  stepBegan: () => {},
};

describe('a live run’s recorded inputs', () => {
  let emulator: Emulator | undefined;
  afterEach(() => emulator?.close(0));

  it('replay in virtual time to the same history, with cancels, revocations, faults and handlers among them', async () => {
    const notes = new Notes();
    emulator = await startEmulator({ scenario: SCENARIO, speed: SPEED, inputs: notes, handlers: { [THINKER]: think } });
    await liveAfternoon(emulator);
    emulator.world.clock.pause();
    const { world } = emulator;
    const untilUs = world.clock.nowUs();

    expect(notes.kinds()).toEqual([
      'call',
      'cancel',
      'disconnect',
      'finish',
      'open-endpoint',
      'open-key',
      'pay-invoice',
      'revoke-key',
      'set-limit',
      'step',
      'submit',
    ]);
    expect(notes.inputs.filter(({ input }) => input.op === 'finish').length).toBeGreaterThan(0);
    const originUs = world.clock.toMs(0) * US_PER_MS;
    expect(replayed(notes, untilUs, originUs)).toBe(world.hash);
  });

  it('tell another history when one of them comes 1 ms later', async () => {
    const notes = new Notes();
    emulator = await startEmulator({ scenario: SCENARIO, speed: SPEED, inputs: notes, handlers: { [THINKER]: think } });
    const client = clientOf(emulator, 'acme/first');
    await client.reach('COMPLETED', await client.submitMany(3));
    emulator.world.clock.pause();
    const { world } = emulator;
    const [first] = notes.inputs.splice(notes.inputs.length - 1) as [(typeof notes.inputs)[0]];
    notes.inputs.push({ ...first, atUs: first.atUs + 1000 });
    expect(replayed(notes, world.clock.nowUs(), world.clock.toMs(0) * US_PER_MS)).not.toBe(world.hash);
  });
});

/** @returns the hash of what a platform in virtual time makes of them */
function replayed({ inputs }: Notes, untilUs: number, originUs: number): string {
  const [variant] = prepareScenario(sourceOfData('the scenario', SCENARIO)).variants;
  const traceSource = (): never => {
    throw new Error('this scenario reads no files');
  };
  const timeOfDayUs = originUs % US_PER_DAY;
  const platform = new LivePlatform({ scenario: variant!.scenario, seed: SEED, startUs: 0, timeOfDayUs, traceSource }, NOBODY);
  for (const { atUs, input } of inputs) {
    platform.advanceTo(atUs);
    platform.apply(input);
  }
  platform.advanceTo(untilUs);
  return platform.hash;
}

function clientOf(emulator: Emulator, key: string): Client {
  const terms = { url: emulator.url, credentials: emulator.credentials(key), endpoint: PAINTER, serviceS: 8, limit: 3, speed: SPEED };
  return new Client(new Remote(terms));
}

/** Works for some turns of the event loop; every third request it refuses, every seventh has to be tried again. */
async function think({ chance, attempt }: { readonly chance: number; readonly attempt: number }): Promise<string> {
  for (let turn = 0; turn < (chance % 50) + 1; turn++) await new Promise((resolve) => setImmediate(resolve));
  if (chance % 3 === 0) throw new ModelError(422, 'no thought comes to mind');
  if (chance % 7 === 0 && attempt === 1) throw new ModelError(503, 'the mind has left');
  return 'a thought';
}

async function liveAfternoon(emulator: Emulator): Promise<void> {
  const [first, doomed, other, scripted] = ['acme/first', 'acme/doomed', 'other/first', 'other/scripted'].map((key) => clientOf(emulator, key));
  const clients = [first, doomed, other, scripted] as [Client, Client, Client, Client];
  await hungUpAtWork(emulator, clients[2]);
  for (let round = 0; round < 12; round++) {
    await Promise.all(clients.map((client) => oneRound(client, round)));
    if (round === 4) emulator.revokeKey('acme/doomed');
    if (round === 5) await administer(emulator, clients[0]);
    if (round === 6) emulator.perform({ do: 'lose-store' });
    await clients[0].target.wait(6);
  }
}

async function administer(emulator: Emulator, client: Client): Promise<void> {
  const key = emulator.operatorCredentials;
  await client.api('slotstorm/accounts/acme/limit', { method: 'PUT', json: { limit: 2 }, key });
  await client.api('account/invoices', { method: 'POST', json: { usd: 60 }, key: emulator.credentials('acme/second') });
  const made = await client.api('keys', { method: 'POST', json: { alias: 'late' }, key: emulator.credentials('acme/second') });
  await client.as(String(made.body['key'])).submit();
  await client.api(`keys/${made.body['key_id']}`, { method: 'DELETE', key: emulator.credentials('acme/second') });
}

/** Refusals are as welcome as anything else. */
async function oneRound(client: Client, round: number): Promise<void> {
  const submits = await Promise.all([
    client.submit(),
    client.submit(undefined, { headers: { 'x-fal-request-start-timeout': '4', 'x-fal-queue-priority': 'low' } }),
    client.submit(round % 2 === 0 ? THINKER : FAILING, { headers: { 'x-fal-no-retry': round % 4 === 1 ? '1' : '0', 'x-fal-runner-hint': 'left' } }),
  ]);
  const [taken] = submits.filter(({ status }) => status === 200);
  if (round % 3 === 0 && taken !== undefined) await client.cancel(String(taken.body['request_id']));
  await Promise.all([hungUp(client.target, client, round), client.run(round % 2 === 0 ? PAINTER : THINKER)]);
}

/** A direct call whose client goes away while it holds a slot. */
async function hungUpAtWork(emulator: Emulator, client: Client): Promise<void> {
  const gone = new AbortController();
  const call = client.run(undefined, { signal: gone.signal }).catch(() => undefined);
  await client.target.until('its slot', () => emulator.slots('other').length === 1, 60);
  gone.abort();
  await call;
  await client.target.until('its end', () => emulator.slots('other').length === 0, 60);
}

async function hungUp(target: Target, client: Client, round: number): Promise<void> {
  if (round % 3 !== 1) return;
  const gone = new AbortController();
  const call = client.run(undefined, { signal: gone.signal }).catch(() => undefined);
  await target.wait(1);
  gone.abort();
  await call;
}
