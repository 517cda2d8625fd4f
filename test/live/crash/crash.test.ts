import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../../src/live/store/sqlite-ledger.js';
import { TestFolder } from '../../cli/folder.js';
import { drawing, uniform } from './chance.js';
import { ClientLedger, type KnownRequest } from './client-ledger.js';
import { Journal } from './journal.js';
import { JOURNAL_ENDPOINT } from './platform.js';
import { bundleServer, ServerProcess } from './server-process.js';
import { checkRequest, checkUsage, Traffic } from './traffic.js';
import { WebhookReceiver } from './webhook-receiver.js';
import { Wire } from './wire.js';

/** `CRASHES=500 CRASH_SEED=7 npx vitest run test/live/crash` looks longer, and elsewhere. */
const CRASHES = Number(process.env['CRASHES'] ?? (process.env['CI'] === undefined ? 10 : 50));
const SEED = Number(process.env['CRASH_SEED'] ?? 20_261_122);

/** So many of each kind are looked at after a restart; at the end all. */
const SAMPLE = 40;
const DRAIN_MS = 30_000;
const ALL_AT_ONCE = 16;

const own = new TestFolder();
const draw = drawing(SEED);
const client = new ClientLedger();

beforeAll(bundleServer);

function sample<T>(list: readonly T[], size = SAMPLE): T[] {
  return list.length <= size ? [...list] : Array.from({ length: size }, () => list[Math.floor(draw() * list.length)] as T);
}

async function each<T>(list: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const rest = [...list];
  const worker = async (): Promise<void> => {
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) await work(next);
  };
  await Promise.all(Array.from({ length: ALL_AT_ONCE }, worker));
}

/** What the client side was told is still so. */
async function checkPromises(wire: Wire, life: number, size = SAMPLE): Promise<void> {
  await checkUsage(wire, client);
  await each(sample(client.requests, size), (request) => checkRequest(wire, client, request, life));
  await each(sample(client.keys, size), async ({ id, credentials, revoking, revoked }) => {
    const { status } = await wire.send('GET', '/v1/account/slots', undefined, credentials);
    if (revoked && status !== 401) client.violate(`key ${id} was revoked, and is answered ${status} in life ${life}`);
    if (!revoking && status !== 200) client.violate(`key ${id} was made, and is answered ${status} in life ${life}`);
  });
  await each(sample(client.files, size), async ({ path, content }) => {
    const { status, body } = await wire.send('GET', path);
    if (status !== 200 || body !== content) client.violate(`file ${path} is answered ${status} in life ${life}`);
  });
}

/** Until it is killed at a moment that the seed chose: mostly under load, sometimes before it listens. */
async function live(server: ServerProcess, webhook: string): Promise<void> {
  server.begin();
  if (draw() < 0.15) {
    await sleep(uniform(draw, 0, 300));
    return server.kill();
  }
  const { life } = server;
  const wire = new Wire(await server.listening());
  await checkPromises(wire, life);
  const traffic = new Traffic(wire, client, life, webhook, draw);
  const users = traffic.run();
  await sleep(uniform(draw, 30, 600));
  traffic.stop();
  await server.kill();
  await users;
  await wire.close();
}

/** Without load, until everything has ended. @returns what has not */
async function drain(wire: Wire, life: number): Promise<KnownRequest[]> {
  let open = [...client.requests];
  for (let waitedMs = 0; open.length > 0 && waitedMs < DRAIN_MS; waitedMs += 200) {
    const still: KnownRequest[] = [];
    await each(open, async (request) => {
      if (!(await checkRequest(wire, client, request, life))) still.push(request);
    });
    open = still;
    if (open.length > 0) await sleep(200);
  }
  return open;
}

async function webhooksHaveCome(): Promise<KnownRequest[]> {
  const missing = (): KnownRequest[] => client.requests.filter((request) => request.hasWebhook && request.delivered === undefined);
  for (let waitedMs = 0; missing().length > 0 && waitedMs < DRAIN_MS; waitedMs += 100) await sleep(100);
  return missing();
}

function checkStore(folder: string): void {
  const ledger = openLedger(folder);
  const stored = new Map(ledger.load().requests.map((request) => [request.id, request]));
  ledger.close();
  const begins = new Journal(`${own.path}/journal`).begins();
  for (const { id, token, result } of client.requests) {
    const request = stored.get(id);
    if (request?.end == null) client.violate(`${id} has not ended in the store`);
    else if (result !== `${request.end.answer.status} ${request.end.answer.body}`) client.violate(`${id} ends in the store with ${request.end.answer.body}`);
    if (request !== undefined && !request.input.includes(token)) client.violate(`${id} has somebody else's input`);
    if ((request?.attempts ?? 0) < (begins.get(id)?.length ?? 0)) client.violate(`${id} was executed more often than the store knows`);
  }
}

it(`after ${CRASHES} kills at any moment under load both sides agree on everything that was answered`, { timeout: 60_000 + CRASHES * 5_000 }, async () => {
  const folder = `${own.path}/data`;
  const journal = `${own.path}/journal`;
  const receiver = new WebhookReceiver(client);
  const webhook = await receiver.open();
  onTestFinished(() => receiver.close());
  const processes = Array.from({ length: 2 }, (_, index) => new ServerProcess(folder, journal, index + 1));
  onTestFinished(() => {
    for (const server of processes) server.abandon();
  });

  for (let life = 1; life <= CRASHES; life++) {
    await live(processes.shift() as ServerProcess, webhook);
    processes.push(new ServerProcess(folder, journal, life + 2));
    new Journal(journal).check(client);
    expect(client.violations, `seed ${SEED}, life ${life}`).toEqual([]);
  }

  const last = processes.shift() as ServerProcess;
  onTestFinished(() => last.abandon());
  last.begin();
  const wire = new Wire(await last.listening());
  expect(await drain(wire, last.life), 'what never ends').toEqual([]);
  expect(await webhooksHaveCome(), 'webhooks that never came').toEqual([]);
  await checkPromises(wire, last.life, Number.POSITIVE_INFINITY);
  const usage = JSON.parse((await wire.send('GET', '/v1/account/concurrency')).body) as Record<string, unknown>;
  const { slots } = JSON.parse((await wire.send('GET', '/v1/account/slots')).body) as { slots: unknown[] };
  expect({ live: usage['live'], queued: usage['queued'], slots }).toEqual({ live: 0, queued: 0, slots: [] });
  await wire.close();
  await last.kill();
  new Journal(journal).check(client);
  checkStore(folder);
  expect(client.violations, `seed ${SEED}`).toEqual([]);
  expectToHaveMetSomething(journal, receiver.received);
});

/** A harness that hits nothing proves nothing. */
function expectToHaveMetSomething(journal: string, webhooks: number): void {
  const again = [...new Journal(journal).begins().values()].filter((lines) => lines.length > 1).length;
  const met = {
    submits: client.requests.length,
    executedAgain: again,
    cancelled: client.requests.filter((request) => request.cancelledIn !== undefined).length,
    handlers: client.requests.filter((request) => request.endpoint === JOURNAL_ENDPOINT).length,
    directCalls: client.directCalls,
    revokedKeys: client.keys.filter((key) => key.revoked).length,
    files: client.files.length,
    webhooks,
  };
  process.stdout.write(`${CRASHES} crashes, seed ${SEED}: ${JSON.stringify(met)}\n`);
  for (const [what, count] of Object.entries(met)) expect(count, what).toBeGreaterThan(0);
}
