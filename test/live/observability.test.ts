import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpContext } from '../../src/live/http/context.js';
import { ROUTE_GROUPS } from '../../src/live/http/groups.js';
import { loggedUrl } from '../../src/live/http/observability/logging.js';
import { groupOf } from '../../src/live/http/observability/metrics.js';
import { OpenRequests } from '../../src/live/http/observability/open-requests.js';
import { loggerOptions, observabilityRoutes } from '../../src/live/http/observability.js';
import { pageRoutes } from '../../src/live/http/pages.js';
import { queueRoutes } from '../../src/live/http/queue.js';
import { runRoutes } from '../../src/live/http/run.js';
import { createServer } from '../../src/live/http/server.js';
import { MemoryLedger } from '../../src/live/store/memory-ledger.js';
import type { LiveRequest } from '../../src/live/world/live-request.js';
import { endpoint } from '../browser/live-pages.js';
import { ACME, FakeWorld, TEST_SETTINGS, withKey } from './fake-world.js';

const ENDPOINT = 'fal-ai/flux/dev';

describe('observability', () => {
  let app: FastifyInstance;
  afterEach(() => app.close());

  async function serve(world = platform(), logger: ReturnType<typeof loggerOptions> | false = false): Promise<FakeWorld> {
    app = await createServer(world, TEST_SETTINGS, [queueRoutes, runRoutes, pageRoutes, observabilityRoutes], logger);
    return world;
  }

  /** A platform whose scenario names one endpoint. */
  function platform(): FakeWorld {
    const world = new FakeWorld();
    world.endpointViews = [endpoint(ENDPOINT)];
    return world;
  }

  /** A sample of `/metrics`, with or without labels in any order. */
  async function metric(name: string): Promise<number | undefined> {
    const { body } = await app.inject('/metrics');
    const line = body.split('\n').find((one) => one.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length + 1));
  }

  async function submit(endpoint = ENDPOINT): Promise<number> {
    return (await app.inject({ method: 'POST', url: `/queue/${endpoint}`, headers: withKey(), payload: { prompt: 'x' } })).statusCode;
  }

  it('is healthy without a key', async () => {
    await serve();
    const { statusCode, body } = await app.inject('/healthz');
    expect([statusCode, body]).toEqual([200, '{"status":"ok"}']);
  });

  it('counts requests under fal’s names: when they are accepted, and by status and time when they end', async () => {
    const world = await serve();
    for (let n = 0; n < 3; n++) await submit();
    world.clock.advance(4_000_000);
    world.taken[0]?.succeed();
    world.taken[1]?.end({ status: 422, headers: {}, body: '{}' }, 'failed');
    expect(await metric(`fal_app_requests_received{application="${ENDPOINT}"}`)).toBe(3);
    expect(await metric(`fal_app_requests_completed{application="${ENDPOINT}",method="POST",status="200"}`)).toBe(1);
    expect(await metric(`fal_app_requests_completed{application="${ENDPOINT}",method="POST",status="422"}`)).toBe(1);
    expect(await metric(`fal_app_request_latency_bucket{le="2.5",application="${ENDPOINT}"}`)).toBe(0);
    expect(await metric(`fal_app_request_latency_bucket{le="5",application="${ENDPOINT}"}`)).toBe(2);
  });

  it('does not count what was refused', async () => {
    const world = await serve();
    world.refusal = { refused: 'queue-full', reason: 'the queue is full' };
    expect(await submit()).toBe(429);
    expect(await metric(`fal_app_requests_received{application="${ENDPOINT}"}`)).toBeUndefined();
    expect(await metric('slotstorm_http_answers_total{group="queue",status="4xx"}')).toBe(1);
  });

  it('shows queues, runners and ghosts as they are now', async () => {
    const world = new FakeWorld();
    world.endpointViews = [endpoint(ENDPOINT, { queued: 5, inProgress: 3, runners: { idle: 1, running: 3, pending: 2 } })];
    world.view = { ...world.view, queued: 5, inUse: 4, ghosts: 1, incidents: [{ atUs: 0, untilUs: undefined, text: 'cut' }] };
    await serve(world);
    expect(await metric(`fal_app_queue_size{application="${ENDPOINT}"}`)).toBe(5);
    expect(await metric(`fal_app_concurrent_requests{application="${ENDPOINT}"}`)).toBe(3);
    expect(await metric(`fal_app_runners{application="${ENDPOINT}",state="pending",machine_type="emulated"}`)).toBe(2);
    expect(await metric('slotstorm_ghost_slots')).toBe(1);
    expect(await metric('slotstorm_slots_in_use')).toBe(4);
    expect(await metric('slotstorm_incidents')).toBe(1);
    world.endpointViews = [endpoint(ENDPOINT, { queued: 2 })];
    expect(await metric(`fal_app_queue_size{application="${ENDPOINT}"}`)).toBe(2);
    for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total']) expect(await metric(name)).toBeGreaterThan(0);
    expect(await metric('slotstorm_event_loop_lag_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0);
  });

  it('keeps the number of labels bounded, whatever callers call', async () => {
    const world = new FakeWorld();
    world.endpointViews = Array.from({ length: 150 }, (_, n) => endpoint(`known/app-${n}`));
    await serve(world);
    for (let n = 0; n < 120; n++) await submit(`made-up/app-${n}`);
    const { body } = await app.inject('/metrics');
    expect(body.match(/^fal_app_requests_received\{/gm)).toHaveLength(1);
    expect(await metric('fal_app_requests_received{application="other"}')).toBe(120);
    expect(body).not.toContain('made-up');
    expect(body).toContain('fal_app_queue_size{application="known/app-149"}');
  });

  it('names no endpoint that only a caller made up', async () => {
    const world = platform();
    world.endpointViews = [
      ...world.endpointViews,
      endpoint('secret/project', { isDeclared: false, queued: 3 }),
      endpoint('secret/other', { isDeclared: false, queued: 4 }),
    ];
    await serve(world);
    expect(await metric('fal_app_queue_size{application="other"}')).toBe(7);
    const page = (await app.inject('/status')).body;
    expect(page).toContain('other');
    for (const text of [page, (await app.inject('/status?part=live')).body, (await app.inject('/metrics')).body]) expect(text).not.toContain('secret/');
  });

  it('counts the calls of the second provider', async () => {
    const world = platform();
    world.ledger = new MemoryLedger();
    app = await createServer(world, TEST_SETTINGS, ROUTE_GROUPS);
    const answer = app.inject({ method: 'POST', url: '/nexa/v1/images/generations', headers: withKey(), payload: { model: 'flux', prompt: 'a cat' } });
    answer.catch(() => {});
    while (world.taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
    world.last.succeed({ images: [] });
    await answer;
    expect(await metric('fal_app_requests_received{application="other"}')).toBe(1);
  });

  it.each([
    ['/run/a/b?fal%5Fjwt%5Ftoken=sesame', '/run/a/b?[redacted]'],
    ['/run/a/b?FAL_JWT_TOKEN=sesame&logs=1', '/run/a/b?FAL_JWT_TOKEN=[redacted]&logs=1'],
    ['/queue/a/b?fal_webhook=https%3A%2F%2Fx%2F%3Fsecret%3Dsesame&fal_max_queue_length=5', '/queue/a/b?fal_webhook=[redacted]&fal_max_queue_length=5'],
    ['/run/a/b?sesame', '/run/a/b?[redacted]'],
    ['/run/a/b#fal_jwt_token=sesame', '/run/a/b?fal_jwt_token=[redacted]'],
    ['/cdn/uploads/sesame', '/cdn/uploads/[redacted]'],
    ['/cdn/%75ploads/sesame/3', '/cdn/uploads/[redacted]/3'],
    ['/cdn/files/sesame/cat.png?x=1', '/cdn/files/[redacted]/cat.png?x=[redacted]'],
    ['/cdn/uploads/sesame%zz', '[redacted]'],
    ['/v1/models/requests/search?limit=100&expand=payloads', '/v1/models/requests/search?limit=100&expand=payloads'],
  ])('logs %s as %s', (url, logged) => expect(loggedUrl(url)).toBe(logged));

  it('names no account and breaks on no name', async () => {
    const world = new FakeWorld();
    world.endpointViews = [endpoint('evil/"} 1\nslotstorm_ghost_slots 99\\')];
    await serve(world);
    await submit();
    const { body } = await app.inject('/metrics');
    expect(body).not.toMatch(/acme|^slotstorm_ghost_slots 99/m);
    expect(body).toContain('evil/\\"} 1\\nslotstorm_ghost_slots 99\\\\');
  });

  it('serves the same where fal has it, to those with a key', async () => {
    await serve();
    expect((await app.inject('/v1/serverless/metrics')).statusCode).toBe(401);
    const { statusCode, headers } = await app.inject({ url: '/v1/serverless/metrics', headers: withKey() });
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  });

  it('logs one line a request with its id, and never a key, a token or a ticket', async () => {
    const lines: string[] = [];
    await serve(new FakeWorld(), loggerOptions('info', { write: (line) => lines.push(line) }));
    const { headers } = await app.inject({ method: 'POST', url: `/queue/${ENDPOINT}`, headers: withKey(), payload: {} });
    await app.inject({ url: '/run/fal-ai/x?fal_jwt_token=sesame-1&logs=1' });
    await app.inject({ url: '/concurrency?ticket=sesame-2' });
    await app.inject({ method: 'POST', url: '/sign-in', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: `key=${ACME}x` });
    const [first, second, third] = lines.map((line) => JSON.parse(line));
    expect(first).toMatchObject({
      level: 'info',
      request_id: headers['x-fal-request-id'],
      method: 'POST',
      url: `/queue/${ENDPOINT}`,
      status: 200,
      ms: expect.any(Number),
    });
    expect(second.url).toBe('/run/fal-ai/x?fal_jwt_token=[redacted]&logs=1');
    expect(third.url).toBe('/concurrency?ticket=[redacted]');
    expect(lines).toHaveLength(4);
    expect(lines.join('')).not.toMatch(/sesame|secret/);
  });
});

describe('health', () => {
  it('says so while the server closes', async () => {
    const app = fastify();
    await observabilityRoutes(app, { closing: AbortSignal.abort() } as HttpContext);
    const { statusCode, body } = await app.inject('/healthz');
    expect([statusCode, body]).toEqual([503, '{"status":"draining"}']);
    await app.close();
  });
});

describe('the group of an address', () => {
  it.each([
    ['/queue/fal-ai/x', 'queue'],
    ['/v1?x=/y', 'v1'],
    ['/status', 'status'],
    ['/status?part=live', 'status'],
    ['/', 'other'],
    ['/made-up-7/x', 'other'],
  ])('%s: %s', (url, group) => expect(groupOf(url)).toBe(group));
});

describe('requests whose end is to be counted', () => {
  it('are held no longer than they are open, though nobody looks', () => {
    const ended: LiveRequest[] = [];
    const open = new OpenRequests((request) => ended.push(request));
    for (let n = 0; n < 10_000; n++) open.add({ state: 'COMPLETED' } as LiveRequest);
    expect(ended.length).toBeGreaterThan(9_900);
    open.sweep();
    open.sweep();
    expect(ended).toHaveLength(10_000);
  });
});
