import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EVENT_TABLE, type EventName } from '../../src/history/event-table.js';
import type { ResultFile } from '../../src/measure/result.js';
import { filesWith, readJson, slotstorm } from './memory-outside.js';

const REVOCATION = 'scenarios/key-revocation-mid-flight.yaml';
type Line = Readonly<Record<string, string | number | boolean>>;
let out: string;

beforeEach(() => {
  out = join(mkdtempSync(join(tmpdir(), 'slotstorm-test-')), 'reports');
});

afterEach(() => {
  rmSync(join(out, '..'), { recursive: true, force: true });
});

/** Runs a scenario with a trace. @returns its result and the lines of its trace */
async function traced(scenario: string, ...more: string[]): Promise<{ result: ResultFile; lines: Line[] }> {
  const ran = await slotstorm(['run', scenario, '--trace', '--out', out, '--reporter', 'json', ...more]);
  expect(ran.err).toBe('');
  const folder = join(out, readdirSync(out).find((name) => !name.includes('.')) as string);
  const text = gunzipSync(readFileSync(join(folder, 'trace.ndjson.gz'))).toString();
  expect(text.endsWith('\n')).toBe(true);
  return {
    result: readJson(join(folder, 'result.json')) as ResultFile,
    lines: text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line),
  };
}

describe('--trace', () => {
  it('writes every event of the first seed of each variant, and only of that', async () => {
    const { result, lines } = await traced(REVOCATION, '--seeds', '3');
    for (const first of result.runs.filter((run) => run.seed === 1)) {
      const own = lines.filter((line) => line['variant'] === first.variant);
      expect(own[0]).toEqual({
        variant: first.variant,
        atUs: 0,
        event: 'runBegan',
        format: 1,
        scenario: result.scenario.name,
        seed: 1,
        version: result.tool.version,
      });
      expect(own.at(-1)).toEqual({ variant: first.variant, atUs: first.endUs, event: 'runEnded', events: first.events, hash: first.hash });
      expect(own).toHaveLength(first.events + 2);
    }
    expect(lines.filter((line) => line['event'] === 'runBegan')).toHaveLength(result.variants.length);
  });

  it('changes neither the result nor a hash', async () => {
    const { meta: _, ...watched } = (await traced(REVOCATION, '--seeds', '2')).result;
    const plain = await slotstorm(['run', REVOCATION, '--seeds', '2', '--json', '--reporter', 'none']);
    const { meta: __, ...unwatched } = JSON.parse(plain.out) as ResultFile;
    expect(JSON.stringify(watched) === JSON.stringify(unwatched)).toBe(true);
  });

  it('goes with --check-determinism', async () => {
    const { result, lines } = await traced(REVOCATION, '--check-determinism', '--workers', '2');
    expect(lines.filter((line) => line['event'] === 'runEnded').map((line) => line['hash'])).toEqual(result.runs.map((run) => run.hash));
  });

  it('tells the story of fal issue 939: six completions dropped, six slots never given back', async () => {
    const { lines } = await traced(REVOCATION);
    const story = lines.filter((line) => line['variant'] === 'fal-939');
    const dropped = story.filter((line) => line['event'] === 'completionDropped').map((line) => line['request']);
    expect(dropped).toHaveLength(6);
    const released = new Set(story.filter((line) => line['event'] === 'leaseReleased' || line['event'] === 'completed').map((line) => line['request']));
    expect(dropped.some((request) => released.has(request as string))).toBe(false);
    expect(story.find((line) => line['event'] === 'keyRevoked')).toEqual({
      variant: 'fal-939',
      atUs: 4_000_000,
      event: 'keyRevoked',
      account: 'acme',
      key: 'old',
      inProgress: 6,
      queued: 0,
    });
  });

  it('names requests, accounts, keys, endpoints and reasons in words', async () => {
    const { lines } = await traced('scenarios/direct-calls-retry.yaml');
    expect(lines.find((line) => line['event'] === 'refused')).toMatchObject({
      account: expect.any(String),
      key: expect.any(String),
      endpoint: expect.any(String),
      status: 429,
      reason: 'accountLimit',
    });
    expect(lines.find((line) => line['event'] === 'callEnded')).toMatchObject({
      mode: 'run',
      outcome: expect.any(String),
      attempts: expect.any(Number),
      elapsedUs: expect.any(Number),
    });
    expect(lines.find((line) => line['event'] === 'submitted')).toMatchObject({ request: 'req-1', mode: 'direct' });
  });

  it('tells of arrivals that the client dropped, and for whom', async () => {
    const { result, lines } = await traced('scenarios/impatient-clients.yaml');
    const dropped = lines.filter((line) => line['event'] === 'iterationDropped');
    expect(dropped[0]).toMatchObject({ variant: 'bounded', account: 'acme', mode: 'submit', endpoint: 'fal-ai/flux/dev' });
    expect(result.runs.find((run) => run.variant === 'bounded')?.metrics['dropped_iterations']).toMatchObject({ count: dropped.length });
  });

  it('goes forward in time, and has only events and fields of the table', async () => {
    const { lines } = await traced('scenarios/tier-upgrade-while-waiting.yaml');
    let atUs = 0;
    for (const line of lines) {
      expect(line['atUs']).toBeGreaterThanOrEqual(atUs);
      atUs = line['atUs'] as number;
      if (line['event'] === 'runBegan' || line['event'] === 'runEnded') continue;
      const entry = EVENT_TABLE[line['event'] as EventName];
      const known = ['atUs', 'event', 'request', 'account', 'key', 'endpoint', 'mode', 'step', ...entry.fields.map((field) => field.name)];
      for (const field of Object.keys(line)) expect(known).toContain(field);
    }
  });

  it('is written even when no report is asked for', async () => {
    await slotstorm(['run', REVOCATION, '--trace', '--out', out, '--reporter', 'none']);
    expect(readdirSync(join(out, readdirSync(out).find((name) => !name.includes('.')) as string))).toEqual(['trace.ndjson.gz']);
  });

  it('says so when the disk is full, and leaves nothing behind', async () => {
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    const files = filesWith({ compress: () => ({ write: () => Promise.reject(full), close: () => Promise.resolve(), abandon: () => Promise.resolve() }) });
    const ran = await slotstorm(['run', REVOCATION, '--trace', '--out', out, '--reporter', 'none'], { files });
    expect(ran.err).toContain('no space left');
    expect(ran.code).toBe(104);
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });

  it('leaves nothing behind when the user interrupts', async () => {
    const ran = await slotstorm(['run', REVOCATION, '--trace', '--out', out], {
      onInterrupt: (listener) => {
        listener();
        return () => undefined;
      },
    });
    expect(ran.code).toBe(105);
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });
});
