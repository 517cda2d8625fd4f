import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { ScoreResult } from '../../src/measure/score/score-result.js';
import { startEmulator } from '../../src/start-emulator.js';
import { TestFolder } from './folder.js';
import { readJson, slotstorm } from './memory-outside.js';

const ALL_MS = 120_000;

/** Everything that a page links to, without what is on the page itself. */
function linksOf(html: string): string[] {
  return [...html.matchAll(/href="([^"#][^"]*)"/g)].map(([, path]) => decodeURIComponent(path!)).filter((path) => !path.startsWith('data:'));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
}

describe('the scorecard of the four profiles', () => {
  const folder = new TestFolder();

  it(
    'answers every question of each, and every link opens its evidence',
    async () => {
      const ran = await slotstorm(['score', '--seeds', '3', '--stuck-price', '0.00001', '--out', folder.path]);
      expect(ran.err).toBe('');
      expect(ran.code).toBe(0);
      const result = readJson(`${folder.path}/score/score.json`) as ScoreResult;
      expect(result.providers.map(({ name, cells }) => [name, cells.map(({ standing }) => standing)])).toEqual([
        ['fal-documented', ['refuted', 'refuted', 'claimed, not shown', 'unknown', 'claimed, not shown']],
        ['fal-939', ['refuted', 'refuted', 'refuted', 'unknown', 'unknown']],
        ['nexaapi-claims', ['claimed, not shown', 'claimed, not shown', 'claimed, not shown', 'unknown', 'claimed, not shown']],
        ['reference', ['shown', 'shown', 'shown', 'shown', 'shown']],
      ]);
      const html = readFileSync(`${folder.path}/score/score.html`, 'utf8');
      const links = linksOf(html);
      for (const link of links) expect(existsSync(join(folder.path, 'score', link)), link).toBe(true);
      for (const { cells } of result.providers) for (const { experiments } of cells) for (const { evidence } of experiments) expect(links).toContain(evidence);
      expect(result.prices.find(({ provider }) => provider === 'fal-939')?.usdWithStuck).toBeGreaterThan(800);
      const text = readFileSync(`${folder.path}/score/score.md`, 'utf8');
      for (const [, path] of text.matchAll(/\]\(([^)]+)\)/g)) expect(existsSync(join(folder.path, 'score', path!)), path).toBe(true);
      expect(ran.out).toContain('fal-939  model of a report, fal issue 939');
    },
    ALL_MS,
  );

  it(
    'experiments over HTTP measure on a clock that they move themselves, and agree with the simulation',
    async () => {
      const ran = await slotstorm(['score', '--profiles', 'reference,fal-939', '--seeds', '1', '--json', '--out', folder.path]);
      const result = JSON.parse(ran.out) as ScoreResult;
      const overHttp = (provider: number, question: number) =>
        result.providers[provider]!.cells[question]!.experiments.find(({ evidence }) => evidence.endsWith('calls.html'))!;
      expect(result.providers.map(({ name }) => name)).toEqual(['reference', 'fal-939']);
      expect(overHttp(0, 0)).toMatchObject({ passed: true, seen: 'After 1s: slots free and requests ended.' });
      expect(overHttp(1, 0)).toMatchObject({ passed: false });
      expect(overHttp(0, 1).figures).toContainEqual({ name: 'live count told', value: 3, unit: 'slots' });
      expect(overHttp(1, 2).seen).toContain('A release of one’s own was not offered.');
      expect(overHttp(0, 4)).toMatchObject({ passed: true });
      const calls = readJson(`${folder.path}/score/${overHttp(1, 0).evidence.replace('.html', '.json')}`) as { calls: { by: string; status: number }[] };
      expect(calls.calls).toContainEqual(expect.objectContaining({ by: 'key to be revoked', status: 401 }));
    },
    ALL_MS,
  );

  it(
    'is a gate: 99 for a required answer that is refuted, 96 for one that is only claimed, 0 for one that is shown',
    async () => {
      const gate = async (profile: string): Promise<number> =>
        (await slotstorm(['score', '--profiles', profile, '--require', 'revoke-releases,cancel-stuck', '--seeds', '1', '--quiet', '--out', folder.path])).code;
      expect(await gate('fal-939')).toBe(99);
      expect(await gate('nexaapi-claims')).toBe(96);
      expect(await gate('reference')).toBe(0);
    },
    ALL_MS,
  );

  it(
    'leaves nothing behind when it is interrupted',
    async () => {
      let interrupt = (): void => {};
      let breaths = 0;
      const ran = await slotstorm(['score', '--profiles', 'reference', '--seeds', '1', '--out', `${folder.path}/new`], {
        onInterrupt: (listener) => {
          interrupt = listener;
          return () => {};
        },
        // In the middle of the runs.
        breathe: async () => {
          if (++breaths === 3) interrupt();
          await new Promise((resolve) => setImmediate(resolve));
        },
      });
      expect(breaths).toBeGreaterThanOrEqual(3);
      expect(ran.code).toBe(105);
      expect(existsSync(`${folder.path}/new`)).toBe(false);
    },
    ALL_MS,
  );
});

describe('bad input to score', () => {
  test.each<readonly [string, readonly string[], RegExp]>([
    ['an unknown profile', ['--profiles', 'fal-393'], /--profiles: expected fal-documented.*did you mean "fal-939"\?/],
    ['an unknown answer', ['--require', 'cancel-stucks'], /--require: .*did you mean "cancel-stuck"\?/],
    ['a price that is none', ['--stuck-price', 'much'], /--stuck-price: expected US dollars/],
    ['a key without a target', ['--key', 'acme/main=id:not-to-be-shown'], /--key goes with --target/],
    ['a target without a key', ['--target', 'http://127.0.0.1:1'], /--key: expected one key/],
    ['an address with a path', ['--target', 'http://127.0.0.1:1/x', '--key', 'a/b=id:not-to-be-shown'], /Leave out the path/],
    ['a server that may cost money', ['--target', 'https://queue.fal.run', '--key', 'a/b=id:not-to-be-shown'], /may cost money.*--yes/],
    ['an endpoint that is none', ['--target', 'http://127.0.0.1:1', '--key', 'a/b=id:not-to-be-shown', '--endpoint', 'x'], /--endpoint: expected a model/],
    ['a server that is not there', ['--target', 'http://127.0.0.1:1', '--key', 'a/b=id:not-to-be-shown'], /nothing listens there/],
  ])('%s is told, with exit code 104, and never with the key', async (_what, words, message) => {
    const ran = await slotstorm(['score', ...words]);
    expect(ran.code).toBe(104);
    expect(ran.err).toMatch(message);
    expect(ran.err).not.toContain('not-to-be-shown');
    expect(ran.out).toBe('');
  });
});

describe('the scorecard of a live server', () => {
  const folder = new TestFolder();
  const KEY = 'main-id:a-long-main-secret';
  const OPERATOR = 'operator-id:a-long-operator-secret';
  let emulator: Awaited<ReturnType<typeof startEmulator>>;

  beforeAll(async () => {
    emulator = await startEmulator({
      scenario: {
        name: 'somebody',
        platform: { policy: 'reference', accounts: [{ id: 'acme', limit: 5, keys: ['main'] }], endpoints: [{ id: 'some/model', service: '6s' }] },
      },
      credentials: { 'acme/main': KEY },
      operator: OPERATOR,
    });
  });
  afterAll(() => emulator.close(0));

  const score = (...words: string[]) =>
    slotstorm(['score', '--target', emulator.url, '--key', `acme/main=${KEY}`, '--endpoint', 'some/model', '--out', folder.path, ...words]);

  it(
    'tells what can be tried from outside, and what cannot; leaves no request, no key and no secret behind',
    async () => {
      const ran = await score('--operator-key', OPERATOR);
      expect(ran.err).toBe('');
      expect(ran.code).toBe(0);
      const [live] = (readJson(`${folder.path}/score/score.json`) as ScoreResult).providers;
      expect(live).toMatchObject({ name: emulator.url, kind: 'live', basis: 'a live server, seen from outside through some/model' });
      // Keys are named, and never told.
      expect((readJson(`${folder.path}/score/score.json`) as ScoreResult).command).toMatch(
        /^SLOTSTORM_KEY="\$SLOTSTORM_KEY" SLOTSTORM_OPERATOR_KEY="\$SLOTSTORM_OPERATOR_KEY" npx slotstorm score --target/,
      );
      const [revoke, slots, cancel, status, price] = live!.cells.map(({ standing }) => standing);
      expect([revoke, slots, status]).toEqual(['shown', 'shown', 'shown']);
      // No request of somebody's server could be made to get stuck, and nobody told a price.
      expect([cancel, price]).toEqual(['unknown', 'unknown']);
      expect(emulator.slots()).toEqual([]);
      expect(emulator.world.keys.list('acme').filter((key) => key.revokedUs === undefined)).toHaveLength(1);
      for (const link of linksOf(readFileSync(`${folder.path}/score/score.html`, 'utf8')))
        expect(existsSync(join(folder.path, 'score', link)), link).toBe(true);
      for (const file of filesIn(folder.path)) expect(readFileSync(file, 'utf8'), file).not.toMatch(/a-long-(main|operator)-secret/);
    },
    ALL_MS,
  );

  it(
    'makes no key where nobody has given an admin’s, and says so',
    async () => {
      const ran = await score('--json');
      const [live] = (JSON.parse(ran.out) as ScoreResult).providers;
      expect(live!.cells[0]).toMatchObject({ standing: 'unknown', short: 'no admin key' });
    },
    ALL_MS,
  );

  it('what has not been tried when the time is over is unknown, and nothing stays open', async () => {
    const ran = await score('--time-limit', '500ms', '--yes', '--json', '--require', 'cancel-stuck');
    const {
      providers: [live],
      command,
    } = JSON.parse(ran.out) as ScoreResult;
    // What makes it again asks for the same.
    expect(command).toMatch(/^SLOTSTORM_KEY="\$SLOTSTORM_KEY" npx slotstorm score .*--endpoint some\/model --time-limit 500ms --yes --require cancel-stuck$/);
    expect(live!.cells.at(2)).toMatchObject({ standing: 'unknown', short: 'time limit over' });
    expect(ran.code).toBe(96);
    await emulator.expectNoLeaks(20_000);
  }, 60_000);

  it(
    'an endpoint whose requests come to nothing is told before anything is tried, and no scorecard is written',
    async () => {
      const endpoint = ['--endpoint', 'some/model-failing-422'];
      const ran = await slotstorm(['score', '--target', emulator.url, '--key', `acme/main=${KEY}`, ...endpoint, '--out', `${folder.path}/none`]);
      expect(ran.code).toBe(104);
      expect(ran.err).toMatch(/--endpoint: expected "some\/model-failing-422" of http:.* to answer .*lighthouse.*, got 422/);
      expect(existsSync(`${folder.path}/none`)).toBe(false);
    },
    ALL_MS,
  );

  it('a key that is not accepted is told before anything is tried', async () => {
    const ran = await slotstorm(['score', '--target', emulator.url, '--key', 'acme/main=who:knows-this-one', '--out', folder.path]);
    expect(ran.code).toBe(104);
    expect(ran.err).toContain('the key acme/main is not accepted');
    expect(ran.err).not.toContain('knows-this-one');
  });
});

describe('a live server that strands the requests of a revoked key', () => {
  const folder = new TestFolder();
  const KEY = 'main-id:a-long-main-secret';
  const OPERATOR = 'operator-id:a-long-operator-secret';

  it(
    'is told after an interrupt by the names of what the cancels did not end',
    async () => {
      const emulator = await startEmulator({
        scenario: {
          name: 'somebody',
          platform: { policy: 'fal-939', accounts: [{ id: 'acme', limit: 5, keys: ['main'] }], endpoints: [{ id: 'some/model', service: '20s' }] },
        },
        credentials: { 'acme/main': KEY },
        operator: OPERATOR,
        speed: 20,
      });
      let interrupt = (): void => {};
      const watch = setInterval(() => {
        if (emulator.world.keys.list('acme').some((key) => key.revokedUs !== undefined)) interrupt();
      }, 10);
      try {
        const words = ['--target', emulator.url, '--key', `acme/main=${KEY}`, '--operator-key', OPERATOR, '--endpoint', 'some/model'];
        const ran = await slotstorm(['score', ...words, '--out', folder.path], {
          onInterrupt: (listener) => {
            interrupt = listener;
            return () => {};
          },
        });
        expect(ran.code).toBe(105);
        const stuck = emulator.slots().map(({ requestId }) => requestId);
        expect(stuck).toHaveLength(2);
        expect(ran.err).toContain('interrupted: no scorecard was written. Not cleaned up, please look yourself: ');
        for (const id of stuck) expect(ran.err).toContain(`request ${id}`);
      } finally {
        clearInterval(watch);
        await emulator.close(0);
      }
    },
    ALL_MS,
  );
});
