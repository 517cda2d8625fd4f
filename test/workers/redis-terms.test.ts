import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCertificateFolder } from '../../src/live/tls/certificate-folder.js';
import { slotstorm } from '../cli/memory-outside.js';
import { openPlan } from './plan-here.js';
import { figuresHere, point } from './points.js';
import { NO_REDIS, RedisServer } from './redis-server.js';
import { startWorkerHere } from './worker-here.js';
import { bundleProgram, Program, withoutMeta } from './worker-program.js';

/** As docs/workers.md has it. */
const USER = ['--user', 'slotstorm', 'on', '>geheim', '~slotstorm:*', '+@all', '-@dangerous', '+info'];
const OF_USER = 'slotstorm:geheim@';
const QUESTION = [
  'plan',
  '--rate',
  '1/s',
  '--service',
  '4s',
  '--slo',
  'p(95)<2s',
  '--quick',
  '--requests',
  '200',
  '--seeds',
  '8',
  '--reporter',
  'none',
  '--json',
];

/** @returns what a worker, or a plan, says that cannot use a Redis */
async function complaint(url: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const program = new Program(['worker', '--redis', url], env);
  expect(await program.ended).toBe(104);
  expect(program.err).not.toContain('geheim');
  return program.err.split('\n')[0] as string;
}

describe.skipIf(NO_REDIS)('a Redis with TLS and users', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'slotstorm-redis-tls-'));
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  let redis: RedisServer;
  let trusting: Readonly<Record<string, string>>;
  beforeAll(async () => {
    await bundleProgram();
    const made = openCertificateFolder(join(folder, 'authority'));
    writeFileSync(certificate, made.cert);
    writeFileSync(key, made.key);
    const ca = made.caFile as string;
    trusting = { NODE_EXTRA_CA_CERTS: ca };
    const tls = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', ca, '--tls-auth-clients', 'no'];
    redis = await RedisServer.start(['--bind', '127.0.0.1', '127.0.0.2', ...tls, ...USER, '--requirepass', 'other'], ['--port', '0', '--tls-port']);
  });
  afterAll(async () => {
    await redis.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const at = (user = '', host = '127.0.0.1'): string => `rediss://${user}${host}:${redis.port}`;

  it('serves plans and workers who trust its authority, as a user who may touch nothing else', async () => {
    const worker = new Program(['worker', '--once', '--threads', '1', '--redis', at(OF_USER, 'localhost')], trusting);
    const plan = new Program([...QUESTION, '--workers', at(OF_USER)], trusting);
    expect(await plan.ended, plan.err).toBe(0);
    expect(await worker.ended, worker.err).toBe(0);
    expect(withoutMeta(plan.out.join('\n'))).toEqual(withoutMeta((await slotstorm([...QUESTION, '--workers', '1'])).out));
    expect(worker.err).toBe('');
  });

  it('is refused by who does not know its authority, and it is said how to trust it', async () => {
    expect(await complaint(at(OF_USER))).toMatch(
      new RegExp(
        `^slotstorm: --redis: no TLS connection to ${at()}: (self-signed|unable to).*\\. For an authority of your own set NODE_EXTRA_CA_CERTS=ca\\.pem$`,
      ),
    );
  });

  it('wants to be named as its certificate says', async () => {
    expect(await complaint(at(OF_USER, '127.0.0.2'), trusting)).toBe(
      `slotstorm: --redis: no TLS connection to ${at('', '127.0.0.2')}: its certificate is another host's: name the one that it is for`,
    );
  });

  it.each(['slotstorm:geheimer@', 'somebody:geheim@'])('refuses the user and password %s', async (user) => {
    expect(await complaint(at(user), trusting)).toBe(`slotstorm: --redis: the Redis at ${at()} does not accept this user and password`);
  });

  it('is not spoken to without TLS, and it is said what it needs', async () => {
    expect(await complaint(`redis://${OF_USER}127.0.0.1:${redis.port}`)).toBe(
      `slotstorm: --redis: what listens at redis://127.0.0.1:${redis.port} ends the connection at once. A Redis with TLS needs rediss://`,
    );
  });
});

describe.skipIf(NO_REDIS)('a Redis of this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slotstorm-socket-'));
  const socket = join(folder, 'redis.sock');
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start(['--bind', '127.0.0.1', '::1', '--unixsocket', socket, '--requirepass', 'geheim']);
  });
  afterAll(async () => {
    await redis.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['by its socket', () => `unix://:geheim@localhost${socket}?db=3`],
    ['by IPv6', () => `redis://:geheim@[::1]:${redis.port}/3`],
  ])('serves plans and workers %s', async (_, url) => {
    await startWorkerHere(url());
    const { simulator } = await openPlan(url());
    expect(await simulator.run([point(4)], [1])).toEqual(figuresHere([point(4)], [1]));
  });

  it('that has no such socket, or speaks no TLS, is told apart', async () => {
    const said = (url: string) => slotstorm(['worker', '--redis', url]);
    expect(await said(`unix://${socket}.tls`)).toMatchObject({ code: 104, err: expect.stringContaining(`there is no socket as in unix://${socket}.tls`) });
    expect(await said(`rediss://:geheim@127.0.0.1:${redis.port}`)).toMatchObject({
      code: 104,
      err: expect.stringContaining('A Redis without TLS needs redis://'),
    });
  });
});
