import type { ChainableCommander, Redis } from 'ioredis';

/** The connection was lost in the middle; the library repeats single commands, but not these. */
const HALF_WAY = /aborted due to connection close/;

/**
 * Several commands in one call.
 * @param fill adds them; they may be repeated, for a connection that is lost half-way
 * @returns what Redis answers to each
 * @throws Error the first that Redis answers: the library only hands it over
 */
export async function askAll(client: Redis, fill: (pipeline: ChainableCommander) => void): Promise<readonly unknown[]> {
  for (;;) {
    const pipeline = client.pipeline();
    fill(pipeline);
    const answers = (await pipeline.exec()) ?? [];
    const failed = answers.find(([error]) => error !== null)?.[0];
    if (failed == null) return answers.map(([, answer]) => answer);
    if (!HALF_WAY.test(failed.message)) throw failed;
  }
}
