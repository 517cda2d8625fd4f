import type { Build } from './build.js';
import { isConnectionError } from './connection-errors.js';
import type { Names } from './names.js';
import type { OutstandingJob, OutstandingJobs } from './outstanding-jobs.js';
import type { PlanQueue } from './plan-queue.js';
import { plansIn, workersIn } from './presence.js';
import type { RedisLink } from './redis-link.js';
import { pause } from './waiting.js';
import type { WorkerLookout } from './worker-lookout.js';
import { WorkersError } from './workers-error.js';

const BEAT_MS = 1_000;
/** Redis may be away for so long, ms. */
const AWAY_MS = 30_000;
/** The plan is over either way; its user does not wait for a Redis that does not answer, ms. */
const REMOVAL_MS = 3_000;

export interface HeartTerms {
  readonly link: RedisLink;
  readonly names: Names;
  readonly queue: PlanQueue;
  readonly build: Build;
  readonly lookout: WorkerLookout;
  readonly outstanding: OutstandingJobs;
  /** Puts jobs back into the queue, with all that they need. */
  offerAgain(jobs: readonly OutstandingJob[]): Promise<void>;
  say(line: string): void;
}

/** Keeps a plan known to workers, looks who works, and finds jobs that Redis has forgotten. */
export class PlanHeart {
  private readonly plans;
  private readonly workers;
  private timer: NodeJS.Timeout | undefined;
  private awayTimer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private isAway = false;

  constructor(private readonly terms: HeartTerms) {
    this.plans = plansIn(terms.link.client, terms.names);
    this.workers = workersIn(terms.link.client, terms.names);
    terms.link.listen({ lost: () => this.noteLost(), back: () => this.noteBack() });
  }

  /** The plan is open from now on. */
  async begin(): Promise<void> {
    await this.beat();
    this.schedule();
  }

  /** Closes the plan and removes its queue, if Redis still answers. @param release lets go of whatever else is in Redis for it */
  async stop(release: () => Promise<void>): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.awayTimer);
    if (this.isAway) return this.terms.queue.abandon();
    const done = new AbortController();
    await Promise.race([this.removeAll(release), pause(REMOVAL_MS, done.signal)]);
    done.abort();
  }

  private async removeAll(release: () => Promise<void>): Promise<void> {
    try {
      await release();
      await this.plans.leave(this.terms.queue.id);
      await this.terms.queue.remove();
    } catch {
      // A Redis that refuses even this, for its memory is full: everything of the plan expires by itself.
      this.terms.queue.abandon();
    }
  }

  private schedule(): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.beat()
        .catch((error: Error) => {
          // The connection itself tells when it is lost, and for how long.
          if (!isConnectionError(error)) this.terms.outstanding.giveUp(error);
        })
        .finally(() => this.schedule());
    }, BEAT_MS);
  }

  private async beat(): Promise<void> {
    const { queue, build, lookout, outstanding } = this.terms;
    await this.plans.renew(queue.id, { ...build });
    await queue.renew();
    const { present, vanished } = await this.workers.read();
    await this.workers.forget(vanished);
    if (outstanding.size === 0) return lookout.rest(present);
    lookout.note(present, performance.now());
    await this.findForgotten();
  }

  /** A job that two looks did not find, and that nobody has answered, is lost: Redis has started anew. */
  private async findForgotten(): Promise<void> {
    const { queue, outstanding } = this.terms;
    const missing = new Set(await queue.missing(outstanding.all.map(({ id }) => id)));
    const lost = outstanding.all.filter((job) => missing.has(job.id) && !job.wasThere);
    for (const job of outstanding.all) job.wasThere = !missing.has(job.id);
    if (lost.length > 0) await this.terms.offerAgain(lost);
  }

  private noteLost(): void {
    if (this.isStopped) return;
    this.isAway = true;
    const { link, say, outstanding } = this.terms;
    say(`the connection to Redis at ${link.address.text} is lost; waiting ${AWAY_MS / 1_000} s for it to come back`);
    this.awayTimer = setTimeout(() => {
      outstanding.giveUp(new WorkersError(`Redis at ${link.address.text} went away and did not come back within ${AWAY_MS / 1_000} s`));
    }, AWAY_MS);
  }

  private noteBack(): void {
    if (this.isStopped) return;
    this.isAway = false;
    clearTimeout(this.awayTimer);
    const { link, say } = this.terms;
    say(`Redis at ${link.address.text} is back`);
  }
}
