/**
 * An app's own tests against the emulator: the real fal client, no network, no money, seconds instead of minutes.
 *
 * Run it with `npx vitest run examples`.
 */
import { ApiError, createFalClient } from '@fal-ai/client';
import { type Emulator, startEmulator } from 'slotstorm';
import { afterEach, beforeEach, expect, it } from 'vitest';

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({
    speed: 20,
    scenario: {
      name: 'our-app',
      platform: {
        // What happens to requests in progress when their key is revoked: try fal-939 to see ghosts.
        policy: 'reference',
        accounts: [{ id: 'us', limit: 2, keys: ['blue', 'green'] }],
        endpoints: [{ id: 'fal-ai/flux/dev', service: '10s' }],
      },
    },
  });
});

afterEach(() => emulator.close());

const clientWith = (key: string) => createFalClient({ credentials: emulator.credentials(key), fetch: emulator.fetch });

it('our gallery gets three pictures although only two can be made at once', async () => {
  const fal = clientWith('us/blue');
  const positions: number[] = [];
  const results = await Promise.all(
    ['a fox', 'a heron', 'a lighthouse'].map((prompt) =>
      fal.subscribe('fal-ai/flux/dev', {
        input: { prompt },
        pollInterval: 20,
        onQueueUpdate: (status) => {
          if (status.status === 'IN_QUEUE') positions.push(status.queue_position);
        },
      }),
    ),
  );
  expect(results.map(({ data }) => data.images.length)).toEqual([1, 1, 1]);
  expect(positions).toContain(0);
  const [image] = results[0]!.data.images;
  expect((await fetch(image!.url)).headers.get('content-type')).toBe('image/jpeg');
  await emulator.expectNoLeaks();
});

it('rotating the key in mid-flight costs us the requests of the old key, and no slot', async () => {
  const old = clientWith('us/blue');
  const submitted = await Promise.all([1, 2].map(() => old.queue.submit('fal-ai/flux/dev', { input: { prompt: 'a fox' } })));
  expect(emulator.slots('us')).toHaveLength(2);

  emulator.revokeKey('us/blue');

  const error = await old.queue.status('fal-ai/flux/dev', { requestId: submitted[0]!.request_id }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError<unknown>).status).toBe(401);
  const fresh = await clientWith('us/green').subscribe('fal-ai/flux/dev', { input: { prompt: 'a heron' }, pollInterval: 20 });
  expect(fresh.data.images).toHaveLength(1);
  await emulator.expectNoLeaks();
});

it('a runner that dies costs us time, but no picture', async () => {
  const fal = clientWith('us/blue');
  const { request_id } = await fal.queue.submit('fal-ai/flux/dev', { input: { prompt: 'a fox' } });
  emulator.perform({ do: 'crash-runner', endpoint: 'fal-ai/flux/dev' });
  const status = await fal.queue.subscribeToStatus('fal-ai/flux/dev', { requestId: request_id, pollInterval: 20 });
  expect(status.status).toBe('COMPLETED');
  expect((await fal.queue.result('fal-ai/flux/dev', { requestId: request_id })).data.images).toHaveLength(1);
});
