import { Redis } from 'ioredis';
import { DEFAULT_PREFIX } from '../../src/workers/names.js';

/** What lies in a Redis under our prefix, but texts, and who says that he is there. */
export async function leftIn(url: string): Promise<string[]> {
  return (await keysIn(url)).filter((key) => !/^slotstorm:(text|workers)(:|$)/.test(key));
}

/** Keys that no one will ever remove. */
export async function lastingIn(url: string): Promise<string[]> {
  return await withRedis(url, async (redis) => {
    const keys = await redis.keys(`${DEFAULT_PREFIX}:*`);
    const lives = await Promise.all(keys.map((key) => redis.ttl(key)));
    return keys.filter((_key, at) => lives[at] === -1).sort();
  });
}

async function keysIn(url: string): Promise<string[]> {
  return await withRedis(url, async (redis) => (await redis.keys(`${DEFAULT_PREFIX}:*`)).sort());
}

export async function withRedis<T>(url: string, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}
