import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFalClient } from '@fal-ai/client';
import { Agent, fetch as undiciFetch } from 'undici';

const ROUNDS = 10;
const AT_ONCE = 20;

/**
 * Lets the SDK and its fetch make calls to a server of this thread's own, on loopback: the first calls of a cold program take
 * milliseconds each, and those of a burst would be late by the sum of it.
 */
export async function warmUp(): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const agent = new Agent();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const led = (_input: unknown, init: RequestInit | undefined): unknown =>
    undiciFetch(url, { ...init, dispatcher: agent } as Parameters<typeof undiciFetch>[1]);
  const fal = createFalClient({ credentials: 'warm:up', fetch: led as typeof fetch });
  try {
    for (let round = 0; round < ROUNDS; round++) await Promise.all(Array.from({ length: AT_ONCE }, () => fal.run('slotstorm/warm-up', { input: {} })));
  } finally {
    await agent.destroy();
    server.close();
  }
}
