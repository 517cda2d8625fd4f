import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openLedger } from '../../../src/live/store/sqlite-ledger.js';
import { HandClock } from './hand-clock.js';
import { ACME, LiveStory, type StoryParts } from './live-story.js';

const folders: string[] = [];
const stories: LiveStory[] = [];

afterEach(() => {
  for (const story of stories.splice(0)) story.world.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slotstorm-restart-'));
  folders.push(folder);
  return folder;
}

function open(folder: string, wall: HandClock, parts: StoryParts = {}): LiveStory {
  const story = new LiveStory({ ...parts, wall, ledger: openLedger(folder) });
  stories.push(story);
  return story;
}

/** What `kill -9` leaves behind: the files as they are now, and nobody who tidies up. */
function killed(folder: string): string {
  const left = newFolder();
  cpSync(folder, left, { recursive: true });
  return left;
}

/** Runs a story until everything is on disk, kills it, and opens what is left `awaySeconds` later. */
async function afterKill(first: LiveStory, folder: string, awaySeconds = 0, parts: StoryParts = {}): Promise<LiveStory> {
  await first.world.settled();
  const left = killed(folder);
  const wall = new HandClock(first.wall.epochMs() + awaySeconds * 1000);
  return open(left, wall, parts);
}

describe('after kill -9 and a restart', () => {
  it('what waited waits again in its order, what was in progress is tried again, and all of it ends once', async () => {
    const folder = newFolder();
    const first = open(folder, new HandClock());
    const ids = first.submitMany(5).map(({ id }) => id);
    first.seconds(4);
    const second = await afterKill(first, folder);
    const found = ids.map((id) => second.world.find(id)!);
    expect(found.map(({ state }) => state)).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'IN_QUEUE', 'IN_QUEUE', 'IN_QUEUE']);
    expect(found.map((request) => request.queuePosition())).toEqual([0, 0, 0, 1, 2]);
    expect(found.map(({ attempts }) => attempts)).toEqual([2, 2, 0, 0, 0]);
    second.seconds(60);
    expect(found.map(({ outcome }) => outcome)).toEqual(Array(5).fill('ok'));
    expect(found.map(({ attempts }) => attempts)).toEqual([2, 2, 1, 1, 1]);
    expect(second.world.slotsOf('acme')).toEqual([]);
  });

  it('what had ended has ended as it had, word for word', async () => {
    const folder = newFolder();
    const first = open(folder, new HandClock());
    const done = first.submit('acme/quick', { input: { a: 1 } });
    first.seconds(1);
    const second = await afterKill(first, folder, 30);
    expect(second.world.find(done.id)).toMatchObject({ state: 'COMPLETED', answer: done.answer, inferenceUs: done.inferenceUs, endedUs: done.endedUs });
  });

  it('a start out of the queue is known as well as one at once', async () => {
    const folder = newFolder();
    const first = open(folder, new HandClock());
    const [, , waited] = first.submitMany(3);
    first.seconds(12);
    const second = await afterKill(first, folder);
    expect(second.world.find(waited!.id)?.attempts).toBe(2);
  });

  it('a deadline runs on while nobody is there', async () => {
    const folder = newFolder();
    const first = open(folder, new HandClock());
    first.submitMany(2);
    const short = first.submit('acme/slow', { startTimeoutUs: 8_000_000 });
    const long = first.submit('acme/slow', { startTimeoutUs: 60_000_000 });
    const second = await afterKill(first, folder, 9);
    expect(second.world.find(short.id)).toMatchObject({ outcome: 'startTimeout', attempts: 0 });
    second.seconds(15);
    expect(second.world.find(long.id)?.state).not.toBe('COMPLETED');
    second.seconds(30);
    expect(second.world.find(long.id)?.outcome).toBe('ok');
  });

  it('an accepted cancel holds', async () => {
    const folder = newFolder();
    const first = open(folder, new HandClock());
    const request = first.submit();
    first.world.cancel(request);
    expect(request.state).toBe('IN_PROGRESS');
    const second = await afterKill(first, folder);
    expect(second.world.find(request.id)).toMatchObject({ outcome: 'cancelled' });
    expect(second.world.slotsOf('acme')).toEqual([]);
  });

  it('a revoked key stays revoked, a key that was made works, and no slot of theirs stays held', async () => {
    const folder = newFolder();
    const first = open(folder, new HandClock(), { platform: { ...ACME, policy: 'fal-939' } });
    const made = first.world.keys.create('acme', 'deploy', 'API');
    const stranded = first.submit();
    first.submit('acme/slow', { as: made.credentials });
    first.world.keys.revoke('acme', 'old-id');
    first.seconds(30);
    expect(first.world.platform().ghosts).toBe(1);
    const second = await afterKill(first, folder, 0, { platform: { ...ACME, policy: 'fal-939' } });
    expect(second.world.keys.authenticate('old-id:old-secret')).toBeUndefined();
    expect(second.world.keys.authenticate(made.credentials)).toMatchObject({ account: 'acme', scope: 'API' });
    expect(second.world.find(stranded.id)?.outcome).toBe('revoked');
    second.seconds(60);
    expect(second.world.slotsOf('acme')).toEqual([]);
    expect(second.world.keys.list('acme').map(({ alias, revokedUs }) => [alias, revokedUs !== undefined])).toEqual([
      ['old', true],
      ['new', false],
      ['deploy', false],
    ]);
  });

  it('a direct call, whose connection went with the server, has ended', async () => {
    const folder = newFolder();
    const first = open(folder, new HandClock());
    const direct = first.call();
    const second = await afterKill(first, folder);
    expect(second.world.find(direct.id)).toMatchObject({ outcome: 'failed', failure: { errorType: 'runner_disconnected' } });
    expect(second.world.slotsOf('acme')).toEqual([]);
  });

  it('usage by days, the peak, limits, paid invoices and locks are what they were', async () => {
    const folder = newFolder();
    const first = open(folder, new HandClock(Date.UTC(2026, 0, 15, 23, 0)));
    first.submitMany(2);
    first.seconds(2 * 3600);
    first.submit();
    first.world.setLimit('acme', 7);
    first.world.payInvoice('other', 300);
    first.world.lock('other', 'Exhausted balance');
    const before = first.world.usageOf('acme')!;
    expect(before.days).toEqual([
      { day: 0, peak: 2 },
      { day: 1, peak: 1 },
    ]);
    const second = await afterKill(first, folder, 24 * 3600);
    expect(second.world.usageOf('acme')).toMatchObject({ limit: 7, peak: 2 });
    expect(second.world.usageOf('acme')?.days.slice(0, 2)).toEqual(before.days);
    expect(second.world.usageOf('other')).toMatchObject({ paidUsd: 300, lockedBecause: 'Exhausted balance' });
    second.seconds(600);
    expect(second.world.usageOf('other')?.limit).toBe(20);
  });

  it('steps that were performed are not performed again, those that are due later are', async () => {
    const folder = newFolder();
    const steps = [
      { at: '1s', do: 'set-limit', account: 'acme', limit: 5 },
      { at: '20s', do: 'revoke-key', key: 'acme/new' },
    ] as const;
    const first = open(folder, new HandClock(), { steps: [...steps] });
    first.seconds(2);
    first.world.setLimit('acme', 3);
    const second = await afterKill(first, folder, 0, { steps: [...steps] });
    expect(second.world.usageOf('acme')?.limit).toBe(3);
    second.seconds(18);
    expect(second.world.keys.authenticate('new-id:new-secret')).toBeUndefined();
    expect(second.world.usageOf('acme')?.limit).toBe(3);
  });

  it('nothing that was not on disk was told: what was handed in after the last commit is not known', async () => {
    const folder = newFolder();
    const first = open(folder, new HandClock());
    const told = first.submit();
    await first.world.settled();
    const untold = first.submit();
    const second = open(killed(folder), new HandClock(first.wall.epochMs()));
    expect(second.states([told, untold])).toEqual(['IN_PROGRESS', 'gone']);
  });

  it('a handler begins only when the beginning is on disk, so that nobody takes it for one that has not', async () => {
    const folder = newFolder();
    const begunAttempts: number[] = [];
    let left = '';
    const first = open(folder, new HandClock(), {
      handlers: {
        'acme/slow': ({ attempt }) => {
          begunAttempts.push(attempt);
          left = killed(folder);
          return new Promise(() => {});
        },
      },
    });
    const request = first.submit();
    expect(begunAttempts).toEqual([1]);
    const second = open(left, new HandClock(first.wall.epochMs()), { handlers: {} });
    expect(second.world.find(request.id)).toMatchObject({ attempts: 2 });
  });
});
