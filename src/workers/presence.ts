import type { Redis } from 'ioredis';
import { z } from 'zod';
import { BUILD, type Build } from './build.js';
import type { Names } from './names.js';
import { Roster } from './roster.js';

/** A plan's entry outlives it by this, ms: it may be waiting for Redis to come back. */
const PLAN_LASTS_MS = 60_000;
const WORKER_LASTS_MS = 10_000;

/** Somebody else may have written it, and it is shown to people: nothing that a terminal could obey. */
const NAME = z.string().regex(/^[\w.@ -]{1,64}$/);
const WORKER = BUILD.extend({ name: NAME, threads: z.int().min(1).max(100_000) });

export type PresentWorker = z.infer<typeof WORKER>;

export function plansIn(client: Redis, names: Names): Roster<Build> {
  return new Roster(client, names.plans, BUILD, PLAN_LASTS_MS);
}

export function workersIn(client: Redis, names: Names): Roster<PresentWorker> {
  return new Roster(client, names.workers, WORKER, WORKER_LASTS_MS);
}

/** A name that anybody may be shown. */
export function workerName(wanted: string): string {
  const name = wanted
    .replace(/[^\w.@ -]/g, '-')
    .slice(0, 64)
    .trim();
  return name === '' ? 'worker' : name;
}
