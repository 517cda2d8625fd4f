import type * as BullMq from 'bullmq';
import type { Redis } from 'ioredis';
import { WorkersError } from './workers-error.js';

/** What speaks to Redis. */
export interface RedisLibraries {
  readonly bullmq: typeof BullMq;
  readonly Redis: typeof Redis;
}

/** Loaded only now: who plans on one machine need not have them. @throws WorkersError when they are not installed */
export async function loadRedisLibraries(load: (name: string) => Promise<unknown> = loadByName): Promise<RedisLibraries> {
  try {
    const bullmq = (await load('bullmq')) as typeof BullMq;
    const { Redis: client } = (await load('ioredis')) as { Redis: typeof Redis };
    return { bullmq, Redis: client };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new WorkersError('workers on other machines need two packages that are not installed here; run: npm install bullmq ioredis');
  }
}

function loadByName(name: string): Promise<unknown> {
  return name === 'bullmq' ? import('bullmq') : import('ioredis');
}
