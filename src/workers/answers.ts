import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import type { SeedFigures } from '../plan/point.js';
import { fromJson } from './roster.js';
import { WorkersError } from './workers-error.js';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Figures of MOST_SEEDS seeds are far below. */
const MOST_BYTES = 64 * 1024 * 1024;
const LEVEL = 1;

const COUNT = z.int().min(0);
const FIGURES = z.array(
  z.strictObject({
    seed: COUNT,
    hash: z.string().max(64),
    events: COUNT,
    actuals: z.array(z.number().nullable()),
    occurrences: z.array(z.strictObject({ name: z.string(), k: COUNT, n: COUNT })),
    metrics: z.record(z.string(), z.record(z.string(), z.union([z.number(), z.string(), z.null()]))),
    broken: z.array(z.string()),
  }),
);

/** What comes back of a job. */
const ANSWER = z.strictObject({
  /** Figures as packed JSON. */
  packed: z.string(),
  ms: z.number().min(0),
  worker: z.string().max(64),
});

export type Answer = z.infer<typeof ANSWER>;

export async function packAnswer(figures: readonly SeedFigures[], ms: number, worker: string): Promise<Answer> {
  return { packed: (await pack(JSON.stringify(figures), { level: LEVEL })).toString('base64'), ms, worker };
}

/** @param value what BullMQ handed over @param seeds that were asked for @throws WorkersError for anything but their figures */
export async function unpackAnswer(value: unknown, seeds: readonly number[]): Promise<{ readonly figures: readonly SeedFigures[]; readonly ms: number }> {
  const answer = ANSWER.safeParse(typeof value === 'string' ? fromJson(value) : value);
  const figures = answer.success ? fromJson(await textOf(answer.data)) : undefined;
  if (!answer.success || !areFigures(figures) || figures.length !== seeds.length || figures.some(({ seed }, at) => seed !== seeds[at]))
    throw new WorkersError('a worker answered with something that is no figures of the seeds that were asked for: who else writes into this Redis?');
  return { figures, ms: answer.data.ms };
}

/** What was read stays as it is: figures of workers and of this process are the same to the byte. */
function areFigures(value: unknown): value is readonly SeedFigures[] {
  return FIGURES.safeParse(value).success;
}

async function textOf({ packed }: Answer): Promise<string> {
  try {
    return (await unpack(Buffer.from(packed, 'base64'), { maxOutputLength: MOST_BYTES })).toString('utf8');
  } catch {
    return '';
  }
}
