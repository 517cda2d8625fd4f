import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { withRedis } from './redis-keys.js';
import { NO_REDIS } from './redis-server.js';

it.skipIf(NO_REDIS)('scripts/start-redis.sh starts a Redis that keeps nothing, prints its URL, and takes it along when it ends', async () => {
  const script = spawn('bash', ['scripts/start-redis.sh'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void script.kill('SIGTERM'));
  const [url] = (await once(createInterface({ input: script.stdout }), 'line')) as [string];
  expect(url).toMatch(/^redis:\/\/127\.0\.0\.1:\d+$/);
  const settings = await withRedis(url, (redis) => Promise.all(['save', 'appendonly', 'maxmemory-policy'].map((name) => redis.config('GET', name))));
  expect(settings).toEqual([
    ['save', ''],
    ['appendonly', 'no'],
    ['maxmemory-policy', 'noeviction'],
  ]);
  script.kill('SIGTERM');
  const [code] = (await once(script, 'exit')) as [number];
  expect(code).toBe(0);
  await expect(withRedis(url, (redis) => once(redis, 'error'))).resolves.toMatchObject([{ code: 'ECONNREFUSED' }]);
});
