/** What reviews of the emulator found: each of these failed once. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LiveInput } from '../../src/live/driver/inputs.js';
import { LivePlatform } from '../../src/live/driver/live-platform.js';
import { startEmulator } from '../../src/live/emulator.js';
import type { Ledger } from '../../src/live/store/ledger.js';
import { openLedger } from '../../src/live/store/sqlite-ledger.js';
import { prepareScenario } from '../../src/prepare.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { slotstorm } from '../cli/memory-outside.js';
import { HandClock } from '../live/world/hand-clock.js';
import { ACME, LiveStory, type StoryParts } from '../live/world/live-story.js';

const folders: string[] = [];
const stories: LiveStory[] = [];

afterEach(() => {
  for (const story of stories.splice(0)) story.world.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slotstorm-review-'));
  folders.push(folder);
  return folder;
}

function open(folder: string, parts: StoryParts = {}): LiveStory {
  const story = new LiveStory({ ledger: openLedger(folder), ...parts });
  stories.push(story);
  return story;
}

async function again(first: LiveStory, folder: string, awaySeconds = 0, parts: StoryParts = {}): Promise<LiveStory> {
  await first.world.settled();
  const left = newFolder();
  cpSync(folder, left, { recursive: true });
  return open(left, { wall: new HandClock(first.wall.epochMs() + awaySeconds * 1000), ...parts });
}

describe('records beside the platform', () => {
  it('a start that comes twice does not begin a request again that has ended', () => {
    const story = new LiveStory({ platform: { ...ACME, policy: 'fal-documented' } });
    for (let round = 0; round < 40; round++) {
      story.world.perform({ do: 'duplicate', atUs: 0, message: 'start', count: 1 });
      const request = story.submit('acme/quick');
      story.seconds(1);
      if (request.endedUs !== undefined) expect(request.startedUs).toBeLessThanOrEqual(request.endedUs);
    }
    story.seconds(120);
    expect(story.world.endpoints().map(({ inProgress }) => inProgress)).toEqual([0, 0]);
  });

  it('a direct call that is handed out again joins no queue', () => {
    const story = new LiveStory({
      platform: { ...ACME, policy: { preset: 'reference', redeliverAfter: '4s' }, endpoints: [{ id: 'acme/slow', service: '10s', runners: 1 }] },
    });
    story.call();
    story.seconds(60);
    expect(story.world.endpoints()[0]?.queued).toBe(0);
    expect(story.world.usageOf('acme')?.queued).toBe(0);
  });

  it('who has a slot is no longer in the queue, although the work is still to begin', () => {
    const story = new LiveStory({ platform: { ...ACME, policy: { preset: 'reference', dispatchLatency: '5s' } } });
    const requests = story.submitMany(3);
    expect(story.states(requests)).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'IN_QUEUE']);
    expect(requests[2]?.queuePosition()).toBe(0);
    expect(story.world.endpoints()[0]?.queued).toBe(1);
  });

  it('another machine in the same place of the fleet has another name', () => {
    const story = new LiveStory({ platform: { ...ACME, endpoints: [{ id: 'acme/slow', service: '10s', runners: 1 }] } });
    const request = story.submit();
    const before = request.runner;
    story.world.perform({ do: 'crash-runner', atUs: 0, endpoint: 'acme/slow', count: 1 });
    story.seconds(30);
    expect(request.attempts).toBe(2);
    expect(request.runner).not.toBe(before);
  });

  it('a ghost keeps the name of its request for as long as it is held', () => {
    const story = new LiveStory({ platform: { ...ACME, policy: 'fal-documented' } });
    const request = story.submit('acme/quick');
    story.world.perform({ do: 'drop', atUs: 0, message: 'release', count: 1 });
    story.seconds(2 * 3600);
    expect(story.states([request])).toEqual(['gone']);
    expect(story.world.slotsOf('acme')).toMatchObject([{ requestId: request.id, endpoint: 'acme/quick', reason: 'ghost' }]);
  });
});

describe('what one caller can do to all others', () => {
  it('payloads that are held have a bound: the next one is turned away, and ended ones make room', () => {
    const story = new LiveStory();
    const input = { text: 'x'.repeat(20 * 2 ** 20) };
    const answers = Array.from({ length: 30 }, () => story.world.submit(story.order('acme/slow', { input })));
    expect(answers.some((answer) => 'refused' in answer && answer.refused === 'too-many-requests')).toBe(true);
    story.seconds(600);
    expect('id' in story.world.submit(story.order('acme/slow', { input }))).toBe(true);
    expect(story.world.requestsOf('acme', { limit: 100 }).length).toBeLessThan(20);
  });

  it('an account that calls many endpoints leaves room for those of others', () => {
    const story = new LiveStory();
    for (let n = 0; n < 1_100; n++) story.world.submit(story.order(`x/e${n}`, { as: 'other-id:other-secret' }));
    expect(story.world.submit(story.order('x/one-more', { as: 'other-id:other-secret' }))).toMatchObject({ refused: 'too-many-endpoints' });
    expect(story.submit('acme/new-app').state).toBe('IN_PROGRESS');
  });

  it('keys can be rotated for ever: revoked ones do not count', () => {
    const story = new LiveStory();
    for (let n = 0; n < 1_200; n++) story.world.keys.revoke('acme', story.world.keys.create('acme', `round ${n}`, 'API').id);
    expect(story.world.keys.list('acme').length).toBeLessThan(1_100);
  });
});

describe('a restart', () => {
  it('does not let a revoked key back in, however long gateways remember keys', async () => {
    const platform = { ...ACME, policy: { preset: 'reference', keyCache: '60s' } } as const;
    const folder = newFolder();
    const first = open(folder, { platform });
    first.world.keys.revoke('acme', 'old-id');
    first.seconds(61);
    const second = await again(first, folder, 3600, { platform });
    expect(second.world.keys.authenticate('old-id:old-secret')).toBeUndefined();
  });

  it('does what the scenario had to do to keys and limits meanwhile', async () => {
    const steps = [{ at: '60s', do: 'revoke-key', key: 'acme/old' }] as const;
    const folder = newFolder();
    const first = open(folder, { steps: [...steps] });
    first.submit('acme/quick');
    first.seconds(50);
    const second = await again(first, folder, 30, { steps: [...steps] });
    second.seconds(1);
    expect(second.world.keys.authenticate('old-id:old-secret')).toBeUndefined();
  });

  it('loses no request, however many other endpoints are called', async () => {
    const folder = newFolder();
    const first = open(folder);
    const ids = Array.from({ length: 400 }, (_, n) => first.submit(`x/e${n}`).id);
    ids.push(...Array.from({ length: 400 }, (_, n) => first.submit(`y/e${n}`, { as: 'other-id:other-secret' }).id));
    const second = await again(first, folder);
    expect(ids.filter((id) => second.world.find(id) === undefined)).toEqual([]);
  });

  it('knows the credentials that it is given again, and refuses others', async () => {
    const folder = newFolder();
    const first = open(folder);
    const second = await again(first, folder);
    expect(second.world.credentials.get('acme/old')).toBe('old-id:old-secret');
    await second.world.settled();
    const left = newFolder();
    cpSync(folder, left, { recursive: true });
    const ledger = openLedger(left);
    expect(() => new LiveStory({ ledger, credentials: { 'acme/old': 'old-id:another-secret' } })).toThrow('with other credentials');
    ledger.close();
  });

  it('does not take a key that was made over the API for one of the scenario', async () => {
    const folder = newFolder();
    const first = open(folder);
    const made = first.world.keys.create('acme', 'ci', 'API');
    const accounts = [
      { id: 'acme', limit: 2, keys: ['old', 'new', 'ci'] },
      { id: 'other', limit: 2, keys: ['key'] },
    ];
    const second = await again(first, folder, 0, { platform: { ...ACME, accounts }, credentials: { 'acme/ci': 'ci-id:ci-secret-2' } });
    second.world.perform({ do: 'revoke-key', atUs: 0, key: { account: 'acme', key: 'ci' } });
    expect(second.world.keys.authenticate('ci-id:ci-secret-2')).toBeUndefined();
    expect(second.world.keys.authenticate(made.credentials)).toBeDefined();
  });

  it('keeps limits on endpoints and what was spent', async () => {
    const folder = newFolder();
    const first = open(folder);
    first.world.setLimit('acme', 1, 'acme/slow');
    first.submit('acme/quick');
    first.seconds(1);
    const spent = first.world.usageOf('acme')?.spentUsd;
    const second = await again(first, folder);
    expect(spent).toBeGreaterThan(0);
    expect(second.world.usageOf('acme')).toMatchObject({ spentUsd: spent, endpointLimits: [{ endpoint: 'acme/slow', limit: 1 }] });
  });

  it('does not bring a deleted payload back', async () => {
    const folder = newFolder();
    const first = open(folder);
    const request = first.submit('acme/quick', { input: { secret: 1 } });
    first.seconds(1);
    first.world.forgetPayload(request);
    const second = await again(first, folder);
    expect(second.world.find(request.id)).toMatchObject({ state: 'COMPLETED', input: undefined, answer: undefined });
  });

  it('forgets results at their time, whatever ended after them', async () => {
    const folder = newFolder();
    const first = open(folder);
    first.call('acme/slow');
    const done = first.submit('acme/quick');
    first.seconds(1);
    const second = await again(first, folder, 3_000);
    second.seconds(700);
    expect(second.states([done])).toEqual(['gone']);
  });

  it('tells handlers where the server is reached', async () => {
    const urls: string[] = [];
    const handlers = {
      'acme/slow': ({ publicUrl }: { publicUrl: string }) => {
        urls.push(publicUrl);
        return new Promise<never>(() => {});
      },
    };
    const folder = newFolder();
    const first = open(folder, { handlers });
    first.submit();
    const second = await again(first, folder, 0, { handlers });
    second.seconds(5);
    second.world.publicUrl = 'http://back-again';
    expect(urls).toEqual(['http://emulator', 'http://back-again']);
  });
});

describe('a disk that cannot be written for a while', () => {
  /** Fails while it is told to. */
  function failing(ledger: Ledger): { ledger: Ledger; full: boolean } {
    const state = { ledger, full: false };
    const commit = ledger.commit.bind(ledger);
    ledger.commit = (...at) => {
      if (state.full) throw new Error('the disk is full');
      commit(...at);
    };
    return state;
  }

  it('stops no clock and no later commit: what waited goes to the disk once there is room', async () => {
    const disk = failing(openLedger(newFolder()));
    const story = new LiveStory({ ledger: disk.ledger });
    stories.push(story);
    disk.full = true;
    const request = story.submit('acme/quick');
    await expect(story.world.settled()).rejects.toThrow('full');
    story.seconds(2);
    expect(story.troubles.length).toBeGreaterThan(0);
    disk.full = false;
    story.seconds(1);
    expect(story.world.ledger.isDirty).toBe(false);
    expect(request.outcome).toBe('ok');
  });

  it('lets no handler begin before', () => {
    const disk = failing(openLedger(newFolder()));
    const begun: string[] = [];
    const story = new LiveStory({ ledger: disk.ledger, handlers: { 'acme/slow': ({ requestId }) => begun.push(requestId) } });
    stories.push(story);
    disk.full = true;
    const request = story.submit();
    story.seconds(2);
    expect(begun).toEqual([]);
    disk.full = false;
    story.seconds(1);
    expect(begun).toEqual([request.id]);
  });
});

describe('recordings', () => {
  it('of a run that was closed have the same history, also where something was due at its last instant', () => {
    const inputs: [number, LiveInput][] = [];
    const story = new LiveStory({ inputs: { note: (atUs, input) => inputs.push([atUs, input]) } });
    story.submitMany(4);
    story.seconds(3);
    story.world.perform({ do: 'lose-store', atUs: 0, ageUs: undefined });
    story.world.cancel(story.world.requestsOf('acme', { limit: 1 })[0]!);
    story.world.close();
    const scenario = prepareScenario(sourceOfData('test', { name: 'story', platform: ACME })).variants[0]!.scenario;
    const nothing = (): void => {};
    const nobody = { attach: nothing, record: nothing, dispatched: nothing, completed: nothing, callBegan: nothing, callRetried: nothing, callEnded: nothing };
    const watcher = { ...nobody, zombiePolls: nothing, iterationDropped: nothing, requestEnded: nothing, keyRefused: nothing, stepBegan: nothing };
    const repeated = new LivePlatform({ scenario, seed: 1, startUs: 0, timeOfDayUs: 0, traceSource: () => [] }, watcher);
    for (const [atUs, input] of inputs) {
      repeated.advanceTo(atUs);
      repeated.apply(input);
    }
    repeated.advanceTo(story.world.platformUs);
    expect(repeated.hash).toBe(story.world.hash);
  });

  it('are not left behind by a start that failed', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const recording = join(newFolder(), 'run.ndjson');
    const ran = await slotstorm(['serve', '--port', String((server.address() as AddressInfo).port), '--record', recording]);
    server.close();
    expect(ran.code).toBe(104);
    expect(existsSync(recording)).toBe(false);
  });
});

describe('settings that cannot be', () => {
  it('a speed that is no number, or stands still, is refused', async () => {
    for (const speed of [Number.NaN, 0, -1, 1e9]) await expect(startEmulator({ speed }), String(speed)).rejects.toThrow('speed: expected');
  });

  it('two keys with one id end with a clear message', async () => {
    const ran = await slotstorm(['serve', '--port', '0', '--operator-key', 'same:operator-secret', '--key', 'local/test=same:test-secret']);
    expect(ran.code).toBe(104);
    expect(ran.err).toContain('two keys have the id same');
  });
});
