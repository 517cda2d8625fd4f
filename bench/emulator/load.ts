import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countArgument, type Sample } from '../sample.js';
import { ForkedServer } from './forked-server.js';
import type { Order, Shots } from './shots.js';

// One server under load of one kind, autocannon in a process of its own: load.js bare|memory|data submit|status AMOUNT
const [kind, what] = process.argv.slice(2) as [string, string];
const amount = countArgument(4, 'amount');

const CONNECTIONS = 64;
const WARM_UP = 8_000;
/** Different requests that are asked for. */
const POLLED = 64;

const INPUT = JSON.stringify({ prompt: 'a cat on a mat, oil on canvas', image_size: 'landscape_4_3', num_images: 1, seed: 17, guidance_scale: 3.5 });
const FOLDER = '.cache/bench';

/** Measured on the emulator: what it answers to these calls. */
const BARE = { submit: { bytes: 426, status: 200 }, status: { bytes: 424, status: 202 } };

type Requests = Order['requests'];

function headersOf(credentials: string): Record<string, string> {
  return { authorization: `Key ${credentials}`, 'content-type': 'application/json', 'x-fal-queue-priority': 'normal' };
}

/** Requests that wait behind a small account's limit are asked for; whoever polls is mostly told to wait. */
async function polls(server: ForkedServer): Promise<Requests> {
  const headers = headersOf('small-key:secret-of-the-small-key');
  if (kind === 'bare') return Array.from({ length: POLLED }, () => ({ method: 'GET' as const, path: '/queue/acme/slow/requests/x/status', headers }));
  const requests: { method: 'GET'; path: string; headers: Record<string, string> }[] = [];
  for (let n = 0; n < POLLED; n++) {
    const answer = await fetch(`${server.url}/queue/acme/slow`, { method: 'POST', headers, body: INPUT });
    const { request_id: id } = (await answer.json()) as { request_id: string };
    requests.push({ method: 'GET', path: `/queue/acme/slow/requests/${id}/status`, headers });
  }
  return requests;
}

async function requestsFor(server: ForkedServer): Promise<Requests> {
  if (what === 'status') return polls(server);
  return [{ method: 'POST', path: '/queue/acme/quick', headers: headersOf(server.credentials), body: INPUT }];
}

function shoot(cannon: ChildProcess, order: Order): Promise<Shots> {
  return new Promise((answered, failed) => {
    cannon.once('message', (shots) => answered(shots as Shots));
    cannon.once('exit', (code) => failed(new Error(`autocannon ended with ${code}`)));
    cannon.send(order);
  });
}

function startServer(folder: string): Promise<ForkedServer> {
  const { bytes, status } = BARE[what as 'submit' | 'status'];
  if (kind === 'bare') return ForkedServer.start('./bare-server.js', [String(bytes), String(status)]);
  return ForkedServer.start('./emulator-server.js', [kind === 'data' ? folder : '']);
}

async function measure(server: ForkedServer, cannon: ChildProcess): Promise<Sample> {
  const order = { url: server.url, connections: CONNECTIONS, requests: await requestsFor(server) };
  await shoot(cannon, { ...order, amount: WARM_UP });
  await server.usage();
  const { answers, wallSeconds, failures, bytes } = await shoot(cannon, { ...order, amount });
  const { cpuSeconds, residentBytes } = await server.usage();
  if (failures > 0 || answers !== amount) throw new Error(`expected ${amount} answers of 2xx, got ${answers} answers and ${failures} failures`);
  process.stderr.write(`    ${kind} ${what}: ${(bytes / answers).toFixed(0)} bytes an answer\n`);
  return { work: answers, cpuSeconds, wallSeconds, peakBytes: residentBytes };
}

const folder = mkdtempSync(join(FOLDER, 'emulator-'));
const server = await startServer(join(folder, 'data'));
const cannon = fork(fileURLToPath(new URL('./shots.js', import.meta.url)));
try {
  console.log(JSON.stringify(await measure(server, cannon)));
} finally {
  cannon.removeAllListeners('exit');
  cannon.kill('SIGKILL');
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
