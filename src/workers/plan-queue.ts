import { randomUUID } from 'node:crypto';
import type { Queue, QueueEvents } from 'bullmq';
import { isConnectionError } from './connection-errors.js';
import type { Names } from './names.js';
import { askAll } from './pipelines.js';
import type { PointJob } from './point-job.js';
import type { RedisLink } from './redis-link.js';

/** Whatever becomes of plan and workers, nothing of a queue stays in Redis for longer, s. */
const FORGOTTEN_S = 6 * 60 * 60;
/** A worker that was lost with a job takes part in this many tries; a lost thread in as many. */
const ATTEMPTS = 3;
/** So that a thousand jobs at once do not make one giant call. */
const JOBS_A_CALL = 200;

/** Their expiry means something to BullMQ: a lost worker would not be noticed for hours. */
const SHORT_LIVED = ['stalled-check', 'limiter'];

export interface QueuedJob {
  readonly id: string;
  readonly data: PointJob;
}

/** Told how jobs end. */
export interface JobListener {
  completed(id: string, value: unknown): void;
  failed(id: string, reason: string): void;
}

/** The BullMQ queue of one plan: it is there as long as the plan is. */
export class PlanQueue {
  readonly id = randomUUID().replaceAll('-', '').slice(0, 12);
  private readonly queue: Queue;
  private readonly events: QueueEvents;

  constructor(
    private readonly link: RedisLink,
    names: Names,
    listener: JobListener,
    complain: (error: Error) => void,
  ) {
    const { Queue, QueueEvents } = link.libraries.bullmq;
    const connection = { connection: link.client, prefix: names.queues, skipVersionCheck: true, skipMetasUpdate: true };
    this.queue = new Queue(this.id, connection);
    // From the first event on: nobody can have been faster.
    this.events = new QueueEvents(this.id, { ...connection, lastEventId: '0-0' });
    this.events.on('completed', ({ jobId, returnvalue }) => listener.completed(jobId, returnvalue));
    this.events.on('failed', ({ jobId, failedReason }) => listener.failed(jobId, failedReason));
    const noteError = (error: Error): void => {
      if (!isConnectionError(error)) complain(error);
    };
    this.queue.on('error', noteError);
    this.events.on('error', noteError);
  }

  /** Jobs that are in the queue already are not added twice. */
  async add(jobs: readonly QueuedJob[]): Promise<void> {
    for (let from = 0; from < jobs.length; from += JOBS_A_CALL) {
      const some = jobs.slice(from, from + JOBS_A_CALL);
      await this.queue.addBulk(
        some.map(({ id, data }) => ({
          name: 'point',
          data,
          opts: { jobId: id, attempts: ATTEMPTS, removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 },
        })),
      );
    }
    await this.renew(jobs.map(({ id }) => id));
  }

  /** @returns those of some jobs that Redis knows nothing of */
  async missing(ids: readonly string[]): Promise<string[]> {
    const found = await askAll(this.link.client, (pipeline) => {
      for (const id of ids) pipeline.exists(this.queue.toKey(id));
    });
    return ids.filter((_id, at) => found[at] === 0);
  }

  /** Puts off the day on which all of this vanishes by itself. */
  async renew(ids: readonly string[] = []): Promise<void> {
    await askAll(this.link.client, (pipeline) => {
      for (const [name, key] of Object.entries(this.queue.keys)) if (!SHORT_LIVED.includes(name)) pipeline.expire(key, FORGOTTEN_S);
      for (const id of ids) pipeline.expire(this.queue.toKey(id), FORGOTTEN_S);
    });
  }

  /** Removes the queue with all its jobs. */
  async remove(): Promise<void> {
    await this.events.close();
    await obliterate(this.queue);
    await this.queue.close();
  }

  /** Where Redis is not there any more. */
  abandon(): void {
    for (const part of [this.queue, this.events]) part.close().catch(() => undefined);
  }
}

/** Removes what is left of the queue of a plan that is no more. */
export async function removeQueue(link: RedisLink, names: Names, plan: string): Promise<void> {
  const queue = new link.libraries.bullmq.Queue(plan, { connection: link.client, prefix: names.queues, skipVersionCheck: true, skipMetasUpdate: true });
  queue.on('error', () => undefined);
  await obliterate(queue);
  await queue.close();
}

/** A plan and its workers may do it at once: where the queue vanishes half-way, the library complains, and there may be more to remove. */
async function obliterate(queue: Queue): Promise<void> {
  for (;;) {
    try {
      return await queue.obliterate({ force: true });
    } catch (error) {
      if (!/obliterate non-paused queue/i.test(String(error))) throw error;
    }
  }
}
