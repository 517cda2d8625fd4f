import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach } from 'vitest';
import { queueRoutes } from '../../../src/live/http/queue.js';
import { createServer } from '../../../src/live/http/server.js';
import { ACME, FakeWorld, TEST_SETTINGS, withKey } from '../fake-world.js';

export const HOST = { host: '127.0.0.1:8080' };

/** The queue's routes before a fake world, anew for each test, and the calls that most tests make. */
export class QueueScene {
  world!: FakeWorld;
  app!: FastifyInstance;

  constructor() {
    beforeEach(async () => {
      this.world = new FakeWorld();
      this.app = await createServer(this.world, TEST_SETTINGS, [queueRoutes]);
    });
    afterEach(() => this.app.close());
  }

  submit(url = '/queue/fal-ai/flux/dev', headers: Record<string, string> = {}, body: string | undefined = '{"prompt":"a cat"}') {
    return this.app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...HOST, ...withKey(), ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
  }

  get(url: string, credentials = ACME) {
    return this.app.inject({ method: 'GET', url, headers: { ...HOST, ...withKey(credentials) } });
  }

  /** Of the last request that was taken. */
  urlOf(tail = ''): string {
    return `/queue/fal-ai/flux/requests/${this.world.last.id}${tail}`;
  }
}
