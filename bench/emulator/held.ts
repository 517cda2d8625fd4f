import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Pool } from 'undici';
import type { Sample } from '../sample.js';
import { ForkedServer } from './forked-server.js';

// What the emulator needs for requests that wait and streams that watch them: held.js memory|data QUEUED STREAMS
const kind = process.argv[2] as string;
const [queued, streams] = process.argv.slice(3).map(Number) as [number, number];

const HEADERS = { authorization: 'Key small-key:secret-of-the-small-key', 'content-type': 'application/json' };
const INPUT = JSON.stringify({ prompt: 'a cat on a mat, oil on canvas', image_size: 'landscape_4_3', num_images: 1, seed: 17, guidance_scale: 3.5 });
const AT_ONCE = 64;

async function submitAll(url: string): Promise<string[]> {
  const pool = new Pool(url, { connections: AT_ONCE });
  const ids: string[] = [];
  let sent = 0;
  const user = async (): Promise<void> => {
    while (sent < queued) {
      sent++;
      const { statusCode, body } = await pool.request({ method: 'POST', path: '/queue/acme/slow', headers: HEADERS, body: INPUT });
      const answer = (await body.json()) as { readonly request_id: string };
      if (statusCode !== 200) throw new Error(`expected 200, got ${statusCode}`);
      ids.push(answer.request_id);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, user));
  await pool.close();
  return ids;
}

const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
let open = 0;

/** Resolves when the first event says that the request waits. */
function openStream(url: string, id: string): Promise<void> {
  return new Promise((opened, failed) => {
    const request = get(`${url}/queue/acme/slow/requests/${id}/status/stream`, { headers: HEADERS, agent }, (response: IncomingMessage) => {
      open++;
      response.once('close', () => open--);
      response.once('data', (text: Buffer) => (text.includes('"status":"IN_') ? opened() : failed(new Error(`expected a status, got ${text}`))));
    });
    request.once('error', failed);
  });
}

async function hold(server: ForkedServer): Promise<Sample> {
  const ids = await submitAll(server.url);
  for (const id of ids.slice(0, streams)) await openStream(server.url, id);
  const { cpuSeconds, residentBytes } = await server.usage();
  return { work: ids.length, cpuSeconds, peakBytes: residentBytes, streams: open };
}

const folder = mkdtempSync(join('.cache/bench', 'emulator-'));
const server = await ForkedServer.start('./emulator-server.js', [kind === 'data' ? join(folder, 'data') : '']);
try {
  console.log(JSON.stringify(await hold(server)));
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
