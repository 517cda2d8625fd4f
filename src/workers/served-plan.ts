import type { Job, Worker } from 'bullmq';
import { EXIT_CODES } from '../measure/exit-codes.js';
import { type Answer, packAnswer } from './answers.js';
import { adviceFor, type Build, buildText, isSameBuild } from './build.js';
import { isConnectionError } from './connection-errors.js';
import { failureText, TEXT_LOST_FAILURE } from './job-failure.js';
import type { Names } from './names.js';
import { removeQueue } from './plan-queue.js';
import type { PointHands } from './point-hands.js';
import { type JobFailure, POINT_JOB, type PointJob } from './point-job.js';
import type { PointLibrary } from './point-library.js';
import type { RedisLink } from './redis-link.js';
import { MissingText } from './texts.js';
import { Trouble, type WorkerLog } from './trouble.js';
import { WorkersError } from './workers-error.js';

/** A worker that does not renew its lock for so long is lost, and its job is another's, ms. */
export const LOCK_MS = 5_000;
const STALLED_CHECK_MS = 2_000;
/** A job that so many workers were lost with is given up. */
const MOST_LOSSES = 3;

export interface ServingTerms {
  readonly link: RedisLink;
  readonly names: Names;
  readonly name: string;
  readonly build: Build;
  readonly hands: PointHands;
  readonly library: PointLibrary;
  /** A job that takes longer is given up, ms. */
  readonly mostJobMs: number;
  readonly log: WorkerLog;
}

/** The jobs of one plan, as long as it is open. */
export class ServedPlan {
  private readonly worker: Worker;
  private readonly trouble: Trouble;
  private readonly inHand = new Set<AbortController>();

  constructor(
    private readonly plan: string,
    private readonly terms: ServingTerms,
  ) {
    const { link, names, hands, name } = terms;
    this.worker = new link.libraries.bullmq.Worker(plan, (job: Job) => this.answer(job), {
      connection: link.client,
      prefix: names.queues,
      skipVersionCheck: true,
      name,
      concurrency: hands.threads,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MOST_LOSSES,
      runRetryDelay: 1_000,
    });
    this.trouble = new Trouble(terms.log, { plan });
    this.worker.on('error', (error) => {
      if (!isConnectionError(error) && !isAboutLostJob(error)) this.trouble.note(error.message);
    });
    this.worker.on('stalled', (job) => terms.log('taken-back', { plan, job, why: 'its worker was lost' }));
  }

  get jobsInHand(): number {
    return this.inHand.size;
  }

  /** Finishes what is in hand and takes nothing more. Without Redis it cannot hand anything over, and waits. */
  async drain(): Promise<void> {
    await this.worker.close();
  }

  /** The plan is over: nobody waits for what is in hand, and nothing of the queue stays. */
  async drop(): Promise<void> {
    for (const controller of this.inHand) controller.abort(new PlanOver());
    await this.worker.close();
    await removeQueue(this.terms.link, this.terms.names, this.plan);
  }

  private async answer(job: Job): Promise<Answer> {
    const { log, name } = this.terms;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(new TooLong()), this.terms.mostJobMs);
    this.inHand.add(abort);
    const fields = { plan: this.plan, job: job.id ?? '' };
    try {
      const asked = this.read(job.data);
      const done = await this.terms.hands.run(await this.terms.library.work(asked), abort.signal);
      if ('failure' in done) throw this.fatal(done.failure);
      log('done', { ...fields, point: asked.document.slice(0, 12), seeds: asked.seeds.length, events: eventsOf(done.figures), ms: Math.round(done.ms) });
      this.trouble.end();
      return await packAnswer(done.figures, done.ms, name);
    } catch (error) {
      throw this.explained(error, abort.signal, fields);
    } finally {
      clearTimeout(timer);
      this.inHand.delete(abort);
    }
  }

  /** @throws Error for a job of another build, and for what is no job at all: whoever can write into Redis may have written it */
  private read(data: unknown): PointJob {
    const job = POINT_JOB.safeParse(data);
    const code = EXIT_CODES.invalid.code;
    if (!job.success) throw this.fatal({ code, message: 'a worker was given something that is no job: who else writes into this Redis?' });
    const { name, build } = this.terms;
    if (isSameBuild(job.data, build)) return job.data;
    throw this.fatal({ code, message: `the worker ${name} is ${buildText(build)}, and the job is of ${buildText(job.data)}: ${adviceFor(job.data, build)}` });
  }

  private explained(error: unknown, { aborted, reason }: AbortSignal, fields: Readonly<Record<string, string>>): Error {
    const { log, mostJobMs } = this.terms;
    if (aborted && reason instanceof PlanOver) return this.unrecoverable('the plan is over');
    const { message } = error instanceof Error ? error : { message: String(error) };
    if (error instanceof MissingText) {
      log('failed', { ...fields, error: message });
      return this.unrecoverable(TEXT_LOST_FAILURE);
    }
    if (aborted)
      return this.fatal({ code: EXIT_CODES.invalid.code, message: `a job took longer than ${mostJobMs / 1_000} s (--job-timeout of the worker)` }, fields);
    if (error instanceof WorkersError) return this.fatal({ code: error.exitCode, message }, fields);
    // Already told; anything else may go better with another thread, or another worker.
    if (!(error instanceof Error && error.name === 'UnrecoverableError')) log('failed', { ...fields, error: message });
    return error instanceof Error ? error : new Error(message);
  }

  /** The job would fail everywhere: it is not tried again. */
  private fatal(failure: JobFailure, fields: Readonly<Record<string, string>> = {}): Error {
    this.terms.log('failed', { plan: this.plan, ...fields, code: failure.code, error: failure.message });
    return this.unrecoverable(failureText(failure));
  }

  private unrecoverable(text: string): Error {
    return new this.terms.link.libraries.bullmq.UnrecoverableError(text);
  }
}

class PlanOver extends Error {}
class TooLong extends Error {}

/** Another worker has the job by now, or the plan has gone. */
function isAboutLostJob({ message }: Error): boolean {
  return /missing (key|lock)|lock mismatch|could not renew lock|not in the active state/i.test(message);
}

function eventsOf(figures: readonly { readonly events: number }[]): number {
  return figures.reduce((sum, { events }) => sum + events, 0);
}
