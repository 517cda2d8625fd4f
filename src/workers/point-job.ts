import { z } from 'zod';
import { BUILD } from './build.js';

const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Seeds of one job: more would not be shared well, and lost together. */
export const MOST_SEEDS = 200;

/** What a worker is asked to do: one point with a few seeds. The point itself is a text in Redis. */
export const POINT_JOB = z.strictObject({
  ...BUILD.shape,
  /** The point's document, by its SHA-256. */
  document: SHA256,
  seeds: z.array(z.int().min(0)).min(1).max(MOST_SEEDS),
});

export type PointJob = z.infer<typeof POINT_JOB>;

/** A point with everything it needs: a scenario file's data, and the recordings that it names, by SHA-256. */
export const POINT_DOCUMENT = z.strictObject({
  input: z.unknown(),
  files: z.record(z.string().min(1).max(4_096), SHA256).refine((files) => Object.keys(files).length <= 64),
});

export type PointDocument = z.infer<typeof POINT_DOCUMENT>;

/** Why a job failed, as it stands in Redis. */
export const JOB_FAILURE = z.object({ code: z.int().min(0).max(255), message: z.string().max(20_000) });

export type JobFailure = z.infer<typeof JOB_FAILURE>;
