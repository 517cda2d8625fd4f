import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Emulator, prepareEmulator } from '../../../src/live/emulator.js';
import { makeStepDesk } from '../../../src/load/steps/make-step-desk.js';
import { type PerformedOutcome, scenarioSteps } from '../../../src/load/steps/scenario-step.js';
import { stepComplaints } from '../../../src/load/steps/step-complaints.js';
import type { Target } from '../../../src/load/target/target.js';
import { prepareScenario } from '../../../src/prepare.js';
import { sourceOfData } from '../../../src/scenario/source.js';
import type { Scenario } from '../../../src/scenario/types.js';

const SECOND_US = 1_000_000;
const KEYS = { 'acme/old': 'id-old:the-old-secret', 'acme/new': 'id-new:the-new-secret' };

let emulator: Emulator | undefined;
afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
});

describe('steps on an emulator of the run’s own', () => {
  it('are the scenario’s, each performed once when its time has come', async () => {
    const steps = [{ at: '4s', do: 'revoke-key', key: 'acme/old' }];
    const target = await started(steps, 'own', { loadEndUs: 10 * SECOND_US, endUs: 20 * SECOND_US });
    expect(await statusWith(target, 'acme/old')).toBe(404);
    expect(await performOne(target, steps)).toEqual({ isPerformed: true, trouble: undefined });
    expect(await statusWith(target, 'acme/old')).toBe(401);
    const again = await performOne(target, steps);
    expect(again.isPerformed).toBe(false);
    expect(again.trouble).toContain('expected 200, got 400');
  });
});

describe('steps on another slotstorm', () => {
  it('are sent as the file has them, and done at once', async () => {
    const steps = [{ at: '4s', do: 'revoke-key', key: 'acme/old' }];
    const target = await started([], 'slotstorm');
    expect(await performOne(target, steps)).toEqual({ isPerformed: true, trouble: undefined });
    expect(await statusWith(target, 'acme/old')).toBe(401);
  });

  it('that it refuses are not performed, and its words are told', async () => {
    const target = await started([], 'slotstorm');
    const written = [{ at: '4s', do: 'crash-runner', endpoint: 'fal-ai/another' }];
    const { scenario } = prepared([{ at: '4s', do: 'crash-runner', endpoint: 'fal-ai/flux/dev' }]);
    const [step] = scenarioSteps(scenario, written);
    const desk = makeStepDesk(target, scenario);
    const outcome = await desk.perform(step as never, new AbortController().signal);
    await desk.close();
    expect(outcome.isPerformed).toBe(false);
    expect(outcome.trouble).toMatch(/got 400: .*fal-ai\/another/);
  });

  it('need the operator’s key, which no complaint shows', async () => {
    const target = { ...(await started([], 'slotstorm')), operator: 'op:not-this-one' };
    const outcome = await performOne(target, [{ at: '4s', do: 'revoke-key', key: 'acme/old' }]);
    expect(outcome.trouble).toContain('401');
    expect(outcome.trouble).not.toContain('not-this-one');
  });

  it('that nobody answers are not performed', async () => {
    const target = await started([], 'slotstorm');
    await emulator?.close();
    expect((await performOne(target, [{ at: '4s', do: 'revoke-key', key: 'acme/old' }])).isPerformed).toBe(false);
  });
});

describe('steps on a server with fal’s API', () => {
  it('revoke a key by its id, with an admin key', async () => {
    const target = { ...(await started([], 'fal')), operator: KEYS['acme/new'] };
    expect(await performOne(target, [{ at: '4s', do: 'revoke-key', key: 'acme/old' }])).toEqual({ isPerformed: true, trouble: undefined });
    expect(await statusWith(target, 'acme/old')).toBe(401);
  });

  it('cancel the oldest requests of a key that have not ended', async () => {
    const target = await started([], 'fal');
    const first = await submit(target, 'acme/old');
    await submit(target, 'acme/new');
    const second = await submit(target, 'acme/old');
    await submit(target, 'acme/old');
    const steps = [{ at: '4s', do: 'cancel', account: 'acme', key: 'old', count: 2, state: 'any' }];
    expect(await performOne(target, steps)).toEqual({ isPerformed: true, trouble: undefined });
    const cancelled = emulator?.requestLog().filter(({ method }) => method === 'PUT');
    expect(cancelled?.map(({ path }) => path.split('/').at(-2))).toEqual([first, second]);
  });

  it('that cancel some of what they were to are not performed, and say how many were refused', async () => {
    const ids = ['r-1', 'r-2', 'r-3'];
    const server = createServer(({ method, url }, response) => {
      const isRefused = method === 'PUT' && !url?.includes('r-2');
      response.writeHead(isRefused ? 403 : 200, { 'content-type': 'application/json' });
      const items = ids.map((id) => ({ request_id: id, endpoint_id: 'fal-ai/flux/dev', status: 'IN_QUEUE', key_id: 'id-old', sent_at: id }));
      response.end(JSON.stringify(method === 'PUT' ? { detail: `not with ${KEYS['acme/old']}` } : { items }));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const outcome = await performOne({ ...NOWHERE, queueUrl: url, apiUrl: `${url}/v1` }, [
        { at: '4s', do: 'cancel', account: 'acme', count: 3, state: 'any' },
      ]);
      expect(outcome).toEqual({ isPerformed: false, trouble: '2 of 3 cancels were refused, the first with 403: not with …' });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('that find nothing to cancel say so', async () => {
    const target = await started([], 'fal');
    const outcome = await performOne(target, [{ at: '4s', do: 'cancel', account: 'acme' }]);
    expect(outcome).toMatchObject({ isPerformed: false, trouble: expect.stringContaining('lists no such request') });
  });
});

describe('what a target cannot do', () => {
  const steps = [
    { at: '1s', do: 'revoke-key', key: 'acme/old' },
    { at: '2s', do: 'set-limit', account: 'acme', limit: 5 },
    { at: '3s', do: 'cancel', account: 'acme' },
    { at: '4s', do: 'burst', as: 'acme/new', endpoint: 'fal-ai/flux/dev', call: 'submit', count: 3 },
  ];

  it('is nothing where the run has an emulator of its own', () => {
    expect(stepComplaints(prepared(steps).scenario, { ...NOWHERE, kind: 'own', operator: undefined })).toEqual([]);
  });

  it('is everything but load without an operator’s key', () => {
    const complaints = stepComplaints(prepared(steps).scenario, { ...NOWHERE, kind: 'slotstorm', operator: undefined });
    expect(complaints.map((one) => one.split(' (')[0])).toEqual(['step 1', 'step 2', 'step 3']);
  });

  it('is what fal has no operation for', () => {
    const complaints = stepComplaints(prepared(steps).scenario, { ...NOWHERE, kind: 'fal' });
    expect(complaints).toEqual([expect.stringContaining('step 2 (set-limit acme to 5): fal’s API has no such operation')]);
  });

  it('is what no key was given for', () => {
    const complaints = stepComplaints(prepared(steps).scenario, { ...NOWHERE, kind: 'fal', credentials: {}, operator: undefined });
    expect(complaints.join('\n')).toMatch(/step 1 .*--operator-key[\s\S]*step 3 .*--key acme\/NAME/);
  });

  it('is faults by chance, which are done from inside', () => {
    const { scenario } = prepared([]);
    const faults = { kinds: ['crash-runner'], activation: 1, strikes: 1, fromUs: 0, toUs: undefined } as const;
    expect(stepComplaints({ ...scenario, faults }, { ...NOWHERE, kind: 'slotstorm' })).toEqual([expect.stringContaining('faults')]);
  });
});

const NOWHERE: Target = {
  kind: 'fal',
  queueUrl: 'http://127.0.0.1:1',
  runUrl: 'http://127.0.0.1:1',
  apiUrl: 'http://127.0.0.1:1/v1',
  ca: undefined,
  takesHints: false,
  credentials: KEYS,
  operator: 'op:a-long-operator-secret',
};

function prepared(steps: readonly unknown[]): { scenario: Scenario } {
  const source = sourceOfData('test', {
    name: 'test',
    platform: {
      policy: 'fal-documented',
      accounts: [{ id: 'acme', limit: 2, keys: ['old', 'new'] }],
      endpoints: [{ id: 'fal-ai/flux/dev', service: '1000s' }],
    },
    workload: [{ as: 'acme/new', call: 'submit', arrivals: { burst: 1, at: '0s' } }],
    steps,
  });
  const [variant] = prepareScenario(source).variants;
  return { scenario: variant?.scenario as Scenario };
}

async function started(steps: readonly unknown[], kind: Target['kind'], run?: { loadEndUs: number; endUs: number }): Promise<Target> {
  const { scenario } = prepared(steps);
  const given = { variants: [{ name: undefined, description: '', scenario, plan: { thresholds: [], exercised: [], invariants: {} } }], settings: [] };
  emulator = await (await prepareEmulator({ scenario: given as never, credentials: KEYS, run, speed: 1 })).listen();
  const { url } = emulator;
  return {
    kind,
    queueUrl: `${url}/queue`,
    runUrl: `${url}/run`,
    apiUrl: `${url}/v1`,
    ca: undefined,
    takesHints: true,
    credentials: KEYS,
    operator: emulator.operatorCredentials,
  };
}

async function performOne(target: Target, steps: readonly unknown[]): Promise<PerformedOutcome> {
  const { scenario } = prepared(steps);
  const desk = makeStepDesk(target, scenario);
  const [step] = scenarioSteps(scenario, steps);
  try {
    return await desk.perform(step as never, new AbortController().signal);
  } finally {
    await desk.close();
  }
}

async function statusWith({ queueUrl, credentials }: Target, key: string): Promise<number> {
  const url = `${queueUrl}/fal-ai/flux/requests/00000000-0000-4000-8000-000000000000/status`;
  const answer = await fetch(url, { headers: { authorization: `Key ${credentials[key]}` } });
  await answer.text();
  return answer.status;
}

async function submit({ queueUrl, credentials }: Target, key: string): Promise<string> {
  const headers = { authorization: `Key ${credentials[key]}`, 'content-type': 'application/json' };
  const answer = await fetch(`${queueUrl}/fal-ai/flux/dev`, { method: 'POST', headers, body: '{"prompt":"a fox"}' });
  return ((await answer.json()) as { request_id: string }).request_id;
}
