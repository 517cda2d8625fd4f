import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Outcome } from '../../src/core/history.js';
import { k6Driver } from '../../src/load/k6/k6-driver.js';
import { SdkShare } from '../../src/load/sdk/sdk-share.js';
import type { CallRecord } from '../../src/measure/client-calls.js';
import { readLoadHint } from '../../src/protocol/load-hint.js';
import type { ScenarioInput } from '../../src/scenario/schema.js';
import { type Heard, json, orderOf, ScriptedServer, shoot } from './engine/scene.js';
import { Ear, hasK6, K6_BIN, NO_TRACES } from './k6/scene.js';
import { fire } from './sdk/scene.js';

/*
 * One direct call for each thing that a server can always answer, by each driver: the same answers make the same requests
 * and the same outcome, whoever sends.
 */

const SPEED = 100;

interface Answered {
  readonly answer: (response: ServerResponse) => void;
  /** HTTP requests of a caller who follows the JavaScript SDK, and of one who follows the Python SDK. */
  readonly js: number;
  readonly python: number;
  readonly outcome: Outcome;
  /** Work was lost: whatever is sent again is no first start. */
  readonly isLost?: true;
}

function problem(status: number, type?: string, headers: Record<string, string> = {}): Answered['answer'] {
  const typed = type === undefined ? {} : { 'x-fal-error-type': type };
  return (response) => json(response, status, { detail: 'x', ...(type === undefined ? {} : { error_type: type }) }, { ...typed, ...headers });
}

const ANSWERS: Readonly<Record<string, Answered>> = {
  done: { answer: (response) => json(response, 200, { images: [] }), js: 1, python: 1, outcome: Outcome.ok },
  'no-answer': { answer: (response) => response.destroy(), js: 4, python: 10, outcome: Outcome.gaveUp },
  unauthorized: { answer: problem(401), js: 1, python: 1, outcome: Outcome.unauthorized },
  conflict: { answer: problem(409), js: 1, python: 10, outcome: Outcome.gaveUp },
  invalid: { answer: problem(422), js: 1, python: 1, outcome: Outcome.failed },
  limit: { answer: problem(429), js: 4, python: 10, outcome: Outcome.gaveUp },
  failed: { answer: problem(500), js: 1, python: 1, outcome: Outcome.failed },
  proxy: {
    answer: (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<center>nginx</center>'),
    js: 4,
    python: 1,
    outcome: Outcome.gaveUp,
  },
  'no-runner': { answer: problem(503, 'runner_scheduling_failure'), js: 4, python: 1, outcome: Outcome.gaveUp },
  disconnected: { answer: problem(503, 'runner_disconnected'), js: 4, python: 1, outcome: Outcome.failed, isLost: true },
  incomplete: { answer: problem(502, 'runner_incomplete_response'), js: 4, python: 1, outcome: Outcome.failed, isLost: true },
  'request-timeout': { answer: problem(504, 'request_timeout'), js: 4, python: 1, outcome: Outcome.failed, isLost: true },
  'start-timeout': { answer: problem(504, 'startup_timeout', { 'x-fal-request-timeout-type': 'user' }), js: 1, python: 1, outcome: Outcome.startTimeout },
  'start-timeout-by-header': { answer: problem(504, undefined, { 'x-fal-request-timeout-type': 'user' }), js: 1, python: 1, outcome: Outcome.startTimeout },
};
const NAMES = Object.keys(ANSWERS);
const PLATFORM = {
  policy: 'fal-documented',
  accounts: [{ id: 'acme', limit: 10, keys: ['old', 'new'] }],
  endpoints: NAMES.map((name) => ({ id: `answers/${name}`, service: '1s' })),
} as ScenarioInput['platform'];

type Sdk = 'js' | 'python';

const workloadOf = (sdk: Sdk): ScenarioInput['workload'] =>
  NAMES.map((name) => ({ as: 'acme/old', endpoint: `answers/${name}`, call: 'run', sdk, arrivals: { burst: 1, at: '0s' } }));

function answering(): Promise<ScriptedServer> {
  return ScriptedServer.start(({ path }, response) => {
    const answered = ANSWERS[nameIn(path)];
    if (answered === undefined) json(response, 404, { detail: path });
    else answered.answer(response);
  });
}

function nameIn(path: string): string {
  return /answers\/([\w-]+)/.exec(path)?.[1] ?? '';
}

function expectAll(sdk: Sdk, records: readonly CallRecord[], heard: readonly Heard[]): void {
  const seen = records.map(({ endpoint, attempts, outcome }) => [nameIn(endpoint), { attempts, outcome }]);
  expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(NAMES.map((name) => [name, { attempts: ANSWERS[name]![sdk], outcome: ANSWERS[name]!.outcome }])));
  for (const name of NAMES) {
    const repeats = heard.filter(({ path }) => nameIn(path) === name).map(({ headers }) => readLoadHint(String(headers['x-slotstorm-call']))?.isRepeat);
    const { isLost = false } = ANSWERS[name]!;
    expect(repeats, name).toEqual(Array.from({ length: ANSWERS[name]![sdk] }, (_, attempt) => attempt > 0 && isLost));
  }
}

describe.each(['js', 'python'] as const)('direct calls of sdk: %s', (sdk) => {
  it('by the engine', async () => {
    const server = await answering();
    const { records } = await shoot({ workload: workloadOf(sdk), target: server.target, platform: PLATFORM, speed: SPEED });
    expectAll(sdk, records, server.heard);
  });

  it.skipIf(!hasK6)('by k6', async () => {
    const server = await answering();
    const ear = new Ear();
    const driver = k6Driver({ k6Bin: K6_BIN, env: process.env, tracesOf: () => NO_TRACES });
    const order = orderOf({ workload: workloadOf(sdk), target: server.target, platform: PLATFORM, speed: SPEED, follow: 'none' });
    const load = await driver.prepare({ ...order, loadEndUs: 600e6 }, ear);
    load.start(performance.timeOrigin + performance.now());
    expect((await load.done).broken).toEqual([]);
    expectAll(sdk, ear.records, server.heard);
  });
});

describe('direct calls of the real JavaScript SDK', () => {
  it('are those of sdk: js', async () => {
    const server = await answering();
    const ear = new Ear();
    const order = orderOf({ workload: workloadOf('js'), target: server.target, platform: PLATFORM, speed: SPEED, follow: 'none' });
    await fire(new SdkShare(order, { number: 0, of: 1 }, ear, NO_TRACES));
    expectAll('js', ear.records, server.heard);
  });
});
