import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { TestFolder } from './folder.js';
import { Kept, type Ran, slotstorm } from './memory-outside.js';

const own = new TestFolder();

const STORY = `name: served
platform:
  policy: fal-939
  accounts: [{ id: acme, limit: 2, keys: [old, new] }]
  endpoints: [{ id: acme/app, service: 2s }]
steps:
  - { at: 1h, do: revoke-key, key: acme/new }
variants:
  - { name: broken }
  - { name: good, set: { platform.policy: reference } }
`;

const KEYS = ['--key', 'acme/old=old-id:old-secret', '--key', 'acme/new=new-id:new-secret', '--operator-key', 'op:operator-secret'];

interface Listening {
  readonly url: string;
  readonly tlsUrl?: string;
  readonly keys: Readonly<Record<string, string>>;
}

/** Serves while `use` runs, then interrupts. */
async function serving(argv: readonly string[], use: (where: Listening) => Promise<void>): Promise<Ran> {
  const out = new Kept();
  const err = new Kept();
  const listeners = new Set<() => void>();
  const ran = slotstorm(['serve', ...argv, '--port', '0', '--json'], {
    out,
    err,
    onInterrupt: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const where = await Promise.race([lineOf(out), ran.then(({ code }) => Promise.reject(new Error(`it ended with ${code}: ${err.text}`)))]);
  try {
    await use(where);
  } finally {
    for (const listener of [...listeners]) listener();
  }
  return { ...(await ran), out: out.text, err: err.text };
}

async function lineOf(out: Kept): Promise<Listening> {
  while (!out.text.includes('\n')) await new Promise((resolve) => setImmediate(resolve));
  return JSON.parse(out.text) as Listening;
}

async function call(url: string, key: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(url, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { authorization: `Key ${key}`, 'content-type': 'application/json' },
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('slotstorm serve', () => {
  it('serves the default scenario, says where and with which key, and ends in good order with 0', async () => {
    const ran = await serving([], async ({ url, keys }) => {
      const { status, body } = await call(`${url}/queue/fal-ai/flux/dev`, keys['local/test'] as string, { prompt: 'a fox' });
      expect(status).toBe(200);
      expect(body['status']).toBe('IN_QUEUE');
    });
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('stopping');
  });

  it('serves a scenario with keys of its user’s own, one variant, and settings', async () => {
    const file = own.file('served.yaml', STORY);
    await serving([file, '--variant', 'good', '--set', 'platform.accounts.acme.limit=7', ...KEYS], async ({ url }) => {
      const { body } = await call(`${url}/v1/account/concurrency`, 'old-id:old-secret');
      expect(body['limit']).toBe(7);
      expect((await call(`${url}/v1/slotstorm/platform`, 'op:operator-secret')).body['policy']).toBe('reference');
    });
  });

  it('prints what clients need with --print-env, and no key without it', async () => {
    const quiet = await interrupted(['serve', '--port', '0', ...servedWith()]);
    expect(quiet.out + quiet.err).not.toContain('old-secret');
    const tls = ['--tls', '--tls-port', '0', '--tls-folder', join(own.path, 'tls')];
    const loud = await interrupted(['serve', '--port', '0', '--print-env', ...tls, ...servedWith()]);
    expect(loud.out).toContain('export FAL_KEY=old-id:old-secret');
    expect(loud.out).toMatch(/FAL_QUEUE_RUN_HOST=127\.0\.0\.1:\d+\/queue/);
    expect(loud.out).toContain(`SSL_CERT_FILE=${join(own.path, 'tls')}`);
  });

  it('serves models of its user’s own, who may answer with errors of their choice', async () => {
    const handlers = own.file(
      'handlers.ts',
      `import { defineHandlers, ModelError } from 'slotstorm';
       export default defineHandlers({
         'acme/app': ({ input }) => ({ twice: (input as { n: number }).n * 2 }),
         'acme/broken': () => { throw new ModelError(418, 'no tea'); },
       });`,
    );
    await serving([own.file('served.yaml', STORY), '--handlers', handlers, ...KEYS], async ({ url }) => {
      expect(await call(`${url}/run/acme/app`, 'old-id:old-secret', { n: 21 })).toEqual({ status: 200, body: { twice: 42 } });
      expect(await call(`${url}/run/acme/broken`, 'old-id:old-secret', {})).toEqual({ status: 418, body: { detail: 'no tea' } });
    });
  });

  it('keeps what it has answered in --data', async () => {
    const file = own.file('served.yaml', STORY);
    const data = join(own.path, 'data');
    let id = '';
    await serving([file, '--data', data, ...KEYS], async ({ url }) => {
      id = String((await call(`${url}/queue/acme/app`, 'old-id:old-secret', {})).body['request_id']);
    });
    await serving([file, '--data', data], async ({ url, keys }) => {
      expect(keys).toEqual({});
      expect((await call(`${url}/queue/acme/app/requests/${id}/status`, 'old-id:old-secret')).status).toBeLessThan(300);
    });
  });

  it('says where it keeps things, if anywhere', async () => {
    const data = join(own.path, 'data');
    const words = ['serve', '--port', '0', ...servedWith()];
    expect((await interrupted([...words, '--data', data])).err).toContain(`\n  data folder  ${data}\n`);
    expect((await interrupted(words)).err).not.toContain('data folder');
  });

  it('records what is done, and replay --inputs has the same history', async () => {
    const file = own.file('served.yaml', STORY);
    const recording = join(own.path, 'run.ndjson');
    await serving([file, '--record', recording, '--speed', '20', ...KEYS], async ({ url }) => {
      await call(`${url}/queue/acme/app`, 'old-id:old-secret', {});
      await call(`${url}/v1/slotstorm/steps`, 'op:operator-secret', { do: 'revoke-key', key: 'acme/old' });
      await call(`${url}/run/acme/app`, 'new-id:new-secret', {});
    });
    const replayed = await slotstorm(['replay', file, '--variant', 'broken', '--inputs', recording, '--json']);
    expect(replayed.code).toBe(0);
    expect(JSON.parse(replayed.out)).toMatchObject({ inputs: 3 });
    expect(replayed.err).toContain('the same history');
    const other = await slotstorm(['replay', file, '--variant', 'broken', '--inputs', recording, '--set', 'platform.accounts.acme.limit=1']);
    expect(other.code).toBe(1);
    expect(readFileSync(recording, 'utf8')).not.toContain('secret');
  });

  it('does not take a recording for that of another scenario', async () => {
    const recording = own.file('other.ndjson', '{"slotstorm":"0.1.0","recording":1,"scenario":"another","variant":null,"seed":1}\n');
    const ran = await slotstorm(['replay', own.file('served.yaml', STORY), '--inputs', recording]);
    expect(ran.code).toBe(104);
    expect(ran.err).toContain('recorded with the scenario another');
  });
});

describe('bad input of slotstorm serve ends with 104 and one clear message', () => {
  test.each([
    [['--port', '70000'], '--port: expected a whole number from 0 up to 65535'],
    [['--speed', '0'], '--speed: expected a number from 0.001 up to 10000'],
    [['--key', 'acme/old'], '--key: expected account/key=id:secret'],
    [['--key', 'local/nobody=id:long-enough'], '--key: expected one of local/test, got "local/nobody"'],
    [['--key', 'local/test=id:short'], '--key: expected credentials such as'],
    [['--operator-key', 'no colon'], '--operator-key: expected credentials such as'],
    [['--variant', 'any'], '--variant: the default scenario has no variants'],
    [['--handlers', 'nowhere.ts'], '--handlers: expected a TypeScript or JavaScript module, but there is no file'],
    [['--cert', 'only.pem'], '--cert and --cert-key: expected both, or neither'],
    [['--public-url', 'ftp://x'], '--public-url: expected an address such as'],
    [['--data', 'd', '--record', 'r'], '--record: expected to begin with an empty platform'],
    [['--log-level', 'loud'], 'log-level'],
    [['nowhere.yaml'], 'expected to read the scenario "nowhere.yaml"'],
  ])('%j', async (argv, message) => {
    const ran = await slotstorm(['serve', '--port', '0', ...argv]);
    expect(ran.code).toBe(104);
    expect(ran.err).toContain(message);
    expect(ran.err).not.toContain('    at ');
  });

  it('a secret that is too short is not repeated', async () => {
    const ran = await slotstorm(['serve', '--key', 'local/test=id:hush']);
    expect(ran.err).not.toContain('hush');
  });

  it('a port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const ran = await slotstorm(['serve', '--port', String(port)]);
    server.close();
    expect(ran.code).toBe(104);
    expect(ran.err).toContain(`expected a free port, but ${port} is in use`);
  });
});

function servedWith(): string[] {
  return [own.file('served.yaml', STORY), ...KEYS];
}

/** Interrupted as soon as it says where it listens. */
async function interrupted(argv: readonly string[]): Promise<Ran> {
  const err = new Kept();
  let interrupt = (): void => {};
  const ran = slotstorm(argv, {
    err,
    onInterrupt: (listener) => {
      interrupt = listener;
      return () => {};
    },
  });
  while (!err.text.includes('Ctrl-C')) await new Promise((resolve) => setImmediate(resolve));
  interrupt();
  return { ...(await ran), err: err.text };
}
