import { FalClient } from './fal.ts';

/** What the scripts call. */
export const ENDPOINT = __ENV['FAL_ENDPOINT'] ?? 'fal-ai/flux/dev';
export const INPUT: unknown = JSON.parse(__ENV['FAL_INPUT'] ?? '{"prompt":"a fox"}');

/** Calls with `FAL_KEY` to `FAL_QUEUE_URL` and `FAL_RUN_URL`: fal's own unless told. */
export function clientFromEnvironment(): FalClient {
  return new FalClient({
    queueUrl: __ENV['FAL_QUEUE_URL'] ?? 'https://queue.fal.run',
    runUrl: __ENV['FAL_RUN_URL'] ?? 'https://fal.run',
    credentials: variable('FAL_KEY'),
  });
}

/** @throws Error that names it when it is not set */
export function variable(name: string): string {
  const value = __ENV[name];
  if (value === undefined || value === '') throw new Error(`expected the environment variable ${name}`);
  return value;
}
