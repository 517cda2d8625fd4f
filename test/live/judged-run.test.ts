import { describe, expect, it } from 'vitest';
import { HistoryKind } from '../../src/core/history.js';
import type { WatchedRun } from '../../src/history/event-reader.js';
import { prepareEmulator } from '../../src/live/emulator.js';
import { LOAD_HINT_HEADER, type LoadHint, writeLoadHint } from '../../src/protocol/load-hint.js';
import type { ScenarioInput } from '../../src/scenario/schema.js';

const SCENARIO: ScenarioInput = {
  name: 'judged',
  platform: { policy: 'fal-documented', accounts: [{ id: 'acme', limit: 1, keys: ['old', 'new'] }], endpoints: [{ id: 'fal-ai/flux/dev', service: '1h' }] },
  workload: [{ as: 'acme/old', call: 'submit', arrivals: { burst: 1, at: '0s' } }],
  steps: [{ at: '1s', do: 'set-limit', account: 'acme', limit: 7 }],
};
const HINT: LoadHint = { mode: 'subscribe', calledUs: 0, serviceUs: 5_000_000, end: 'ok', isRepeat: false };

/** A run of 60 s of load and 60 s of recovery, moved by hand. */
async function open() {
  const kinds: HistoryKind[] = [];
  const modes: string[] = [];
  let run!: WatchedRun;
  const reader = {
    attach: (watched: WatchedRun) => {
      run = watched;
    },
    record: (kind: HistoryKind, id: number) => {
      kinds.push(kind);
      if (kind === HistoryKind.submitted) modes.push(run.traffic.classes[run.platform.requests.at(id).traffic]?.mode as string);
    },
    dispatched: () => {},
    completed: () => {},
    callBegan: () => {},
    callRetried: () => {},
    callEnded: () => {},
    zombiePolls: () => {},
    iterationDropped: () => {},
  };
  const emulator = await prepareEmulator({ scenario: SCENARIO, speed: 'manual', reader, run: { loadEndUs: 60_000_000, endUs: 120_000_000 } });
  const ask = (method: 'GET' | 'POST', url: string, as: string, payload?: object, hint?: string) =>
    emulator.app.inject({
      method,
      url,
      headers: { authorization: `Key ${as}`, ...(hint === undefined ? {} : { [LOAD_HINT_HEADER]: hint }) },
      ...(payload === undefined ? {} : { payload }),
    });
  return { emulator, kinds, modes, key: emulator.credentials('acme/old'), ask, endUs: () => run.endUs };
}

describe('a request with a hint', () => {
  it('works as long as the load generator says, not as long as the endpoint would', async () => {
    const { emulator, ask, key, modes } = await open();
    const { request_id: id } = (await ask('POST', '/queue/fal-ai/flux/dev', key, {}, writeLoadHint(HINT))).json<{ request_id: string }>();
    emulator.advance('4s');
    expect((await ask('GET', `/queue/fal-ai/flux/requests/${id}/status`, key)).json()).toMatchObject({ status: 'IN_PROGRESS' });
    emulator.advance('2s');
    expect((await ask('GET', `/queue/fal-ai/flux/requests/${id}/status`, key)).json()).toMatchObject({ status: 'COMPLETED' });
    expect(modes).toEqual(['subscribe']);
    await emulator.close(0);
  });

  it('ends as the load generator says', async () => {
    const { emulator, ask, key } = await open();
    const { request_id: id } = (await ask('POST', '/queue/fal-ai/flux/dev', key, {}, writeLoadHint({ ...HINT, end: 'failed' }))).json<{ request_id: string }>();
    emulator.advance('6s');
    expect((await ask('GET', `/queue/fal-ai/flux/requests/${id}`, key)).statusCode).toBeGreaterThanOrEqual(400);
    await emulator.close(0);
  });

  it('is refused when nobody understands the hint: it would be another load', async () => {
    const { emulator, ask, key } = await open();
    const answer = await ask('POST', '/queue/fal-ai/flux/dev', key, {}, 'mode=run');
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('mode=run;called=0');
    await emulator.close(0);
  });
});

describe('a run with an end', () => {
  it('leaves its steps to whoever asks for them by number, once each', async () => {
    const { emulator, ask, kinds } = await open();
    emulator.advance('10s');
    expect(kinds).not.toContain(HistoryKind.step);
    const step = () => ask('POST', '/v1/slotstorm/steps', emulator.operatorCredentials, { number: 1 });
    expect((await step()).json()).toMatchObject({ performed: true });
    expect(kinds.filter((kind) => kind === HistoryKind.step)).toHaveLength(1);
    expect(emulator.world.usageOf('acme')?.limit).toBe(7);
    expect((await step()).statusCode).toBe(400);
    expect((await ask('POST', '/v1/slotstorm/steps', emulator.operatorCredentials, { number: 2 })).statusCode).toBe(400);
    await emulator.close(0);
  });

  it('stands still at its end: whoever comes later finds nobody, and nothing is added to its history', async () => {
    const { emulator, ask, key, kinds, endUs } = await open();
    expect(endUs()).toBe(120_000_000);
    emulator.advance('1h');
    expect(kinds.filter((kind) => kind === HistoryKind.recovery)).toHaveLength(1);
    expect(emulator.world.isOver).toBe(true);
    expect(emulator.world.platformUs).toBe(120_000_000);
    const { hash } = emulator.world;
    expect((await ask('POST', '/queue/fal-ai/flux/dev', key, {})).statusCode).toBe(503);
    emulator.advance('1h');
    expect(emulator.world.hash).toBe(hash);
    await emulator.close(0);
  });

  it('without one, a step by number is nobody’s to ask for', async () => {
    const emulator = await prepareEmulator({ scenario: SCENARIO, speed: 'manual' });
    const answer = await emulator.app.inject({
      method: 'POST',
      url: '/v1/slotstorm/steps',
      headers: { authorization: `Key ${emulator.operatorCredentials}` },
      payload: { number: 1 },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('--live');
    await emulator.close(0);
  });
});
