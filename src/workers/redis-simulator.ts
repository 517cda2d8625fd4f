import type { PlanPoint, SeedFigures, Simulator } from '../plan/point.js';
import type { TraceSource } from '../sim/trace.js';
import { unpackAnswer } from './answers.js';
import type { Build } from './build.js';
import { chunksOf, SeedCosts } from './chunks.js';
import { explainRefusal } from './connection-errors.js';
import { failureOf } from './job-failure.js';
import { DEFAULT_PREFIX, Names } from './names.js';
import { OutstandingJobs } from './outstanding-jobs.js';
import { PlanHeart } from './plan-heart.js';
import { PlanQueue, type QueuedJob } from './plan-queue.js';
import { type DocumentedPoint, PointDocuments } from './point-documents.js';
import { RedisLink } from './redis-link.js';
import { Texts } from './texts.js';
import { WorkerLookout } from './worker-lookout.js';
import { WorkersError } from './workers-error.js';

export interface RedisSimulatorOptions {
  /** What this process is. */
  readonly build: Build;
  /** Recordings that points name. */
  readonly traceSource: TraceSource;
  /** Aborted when the user interrupts; its reason is what is thrown. */
  readonly interrupt: AbortSignal;
  /** Told how far the work is. @param share of the jobs that were asked for together, 0 to 1 */
  readonly progress?: ((what: string, share: number) => void) | undefined;
  /** Told what a person should know: nobody works, Redis has gone away. Lines without control characters. */
  readonly say: (line: string) => void;
  /** Begins all names in Redis; workers need the same. */
  readonly prefix?: string | undefined;
  /** No worker for so long, and the plan ends, ms. */
  readonly workerWaitMs?: number | undefined;
}

export const DEFAULT_WORKER_WAIT_MS = 5 * 60_000;
/** A text that is lost again and again is thrown out by Redis. */
const MOST_TEXT_LOSSES = 3;

/**
 * Opens a queue for one plan in Redis. Points go to `slotstorm worker`s that watch the same Redis.
 * @throws WorkersError when there is no Redis to work with
 */
export async function connectSimulator(url: string, options: RedisSimulatorOptions): Promise<Simulator> {
  options.interrupt.throwIfAborted();
  const names = new Names(options.prefix ?? DEFAULT_PREFIX);
  const link = await RedisLink.open(url, '--workers');
  for (const warning of link.warnings) options.say(warning);
  const simulator = new RedisSimulator(link, names, options);
  await simulator.begin();
  return simulator;
}

/** Runs points on workers: the same figures as this machine's, whoever makes them and however often they are lost. */
class RedisSimulator implements Simulator {
  private readonly outstanding = new OutstandingJobs();
  private readonly costs = new SeedCosts();
  private readonly documents: PointDocuments;
  private readonly texts: Texts;
  private readonly build: Build;
  private readonly lookout: WorkerLookout;
  private readonly queue: PlanQueue;
  private readonly heart: PlanHeart;
  /** Texts that Redis has got from this plan. */
  private readonly sent = new Set<string>();
  private readonly packed = new Map<string, Buffer>();
  private over: Promise<void> | undefined;
  private jobs = 0;
  private done = 0;
  /** Jobs that were done when somebody last asked for some and none were under way. */
  private doneBefore = 0;

  constructor(
    private readonly link: RedisLink,
    names: Names,
    private readonly options: RedisSimulatorOptions,
  ) {
    this.build = options.build;
    this.documents = new PointDocuments(options.traceSource);
    this.texts = new Texts(link.client, names);
    const prefix = names.prefix === DEFAULT_PREFIX ? '' : ` --prefix ${names.prefix}`;
    this.lookout = new WorkerLookout({
      build: this.build,
      worker: `--redis ${link.address.text}${prefix}`,
      waitMs: options.workerWaitMs ?? DEFAULT_WORKER_WAIT_MS,
      say: options.say,
    });
    const listener = {
      completed: (id: string, value: unknown) => this.noteCompleted(id, value),
      failed: (id: string, reason: string) => this.noteFailed(id, reason),
    };
    this.queue = new PlanQueue(link, names, listener, (error) => this.outstanding.giveUp(error));
    this.heart = new PlanHeart({
      link,
      names,
      queue: this.queue,
      build: this.build,
      lookout: this.lookout,
      outstanding: this.outstanding,
      offerAgain: (jobs) => this.offerAgain(jobs),
      say: options.say,
    });
  }

  get description(): string {
    return `redis, ${this.lookout.seen} worker${this.lookout.seen === 1 ? '' : 's'} seen`;
  }

  async begin(): Promise<void> {
    this.options.interrupt.addEventListener('abort', this.interrupted, { once: true });
    try {
      await this.heart.begin();
    } catch (error) {
      await this.stop();
      throw explainRefusal(error, this.link.address.text);
    }
  }

  async run(points: readonly PlanPoint[], seeds: readonly number[]): Promise<readonly (readonly SeedFigures[])[]> {
    this.options.interrupt.throwIfAborted();
    const work = this.figuresOf(points, seeds);
    work.catch(() => undefined);
    try {
      return await this.outstanding.unlessGivenUp(work);
    } catch (error) {
      throw explainRefusal(error, this.link.address.text);
    }
  }

  /** Nothing of the plan stays in Redis but texts that expire soon. */
  stop(): Promise<void> {
    this.over ??= this.end();
    return this.over;
  }

  private async end(): Promise<void> {
    this.options.interrupt.removeEventListener('abort', this.interrupted);
    this.outstanding.giveUp(new WorkersError('the plan is over'));
    await this.heart.stop(() => this.texts.release([...this.sent]));
    this.link.close();
  }

  private async figuresOf(points: readonly PlanPoint[], seeds: readonly number[]): Promise<readonly (readonly SeedFigures[])[]> {
    if (seeds.length === 0) return points.map(() => []);
    const documented: DocumentedPoint[] = [];
    for (const point of points) documented.push(await this.documents.of(point));
    await this.send(documented);
    if (this.outstanding.size === 0) this.doneBefore = this.done;
    const allMs = documented.reduce((sum, { sha256 }) => sum + this.costs.of(sha256) * seeds.length, 0);
    const asked = documented.map((document) =>
      chunksOf(seeds, this.costs.of(document.sha256), allMs, this.lookout.threads).map((chunk) => this.openJob(document, chunk)),
    );
    const jobs = asked.flat();
    // All of them are waited for in their order: of several failures the first counts, as it would on one machine.
    for (const { answer } of jobs) answer.catch(() => undefined);
    await this.queue.add(jobs);
    this.noteProgress();
    const figures: (readonly SeedFigures[])[] = [];
    for (const chunks of asked) {
      const found: SeedFigures[] = [];
      for (const { answer } of chunks) found.push(...(await answer).figures);
      figures.push(found);
    }
    return figures;
  }

  private readonly interrupted = (): void => this.outstanding.giveUp(this.options.interrupt.reason as Error);

  private openJob(document: DocumentedPoint, seeds: readonly number[]) {
    const id = `job-${++this.jobs}`;
    const data = { ...this.build, document: document.sha256, seeds: [...seeds] };
    const what = seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds[0]} to ${seeds.at(-1)}`;
    const answer = this.outstanding.open({ id, data, what, texts: document.texts.map(({ sha256 }) => sha256) });
    return { id, data, answer } satisfies QueuedJob & { answer: unknown };
  }

  private async send(points: readonly DocumentedPoint[]): Promise<void> {
    for (const text of points.flatMap(({ texts }) => texts)) {
      if (this.sent.has(text.sha256)) continue;
      this.packed.set(text.sha256, text.packed);
      await this.texts.put(text);
      this.sent.add(text.sha256);
    }
  }

  /** Texts first: a worker may take a job at once. */
  private async offerAgain(jobs: readonly (QueuedJob & { readonly texts: readonly string[] })[]): Promise<void> {
    for (const sha256 of new Set(jobs.flatMap(({ texts }) => texts))) {
      const packed = this.packed.get(sha256);
      if (packed !== undefined) await this.texts.put({ sha256, packed });
    }
    await this.queue.add(jobs);
  }

  private noteCompleted(id: string, value: unknown): void {
    const job = this.outstanding.take(id);
    if (job === undefined) return;
    this.done++;
    unpackAnswer(value, job.data.seeds).then((answer) => {
      this.lookout.heard();
      this.costs.took(job.data.document, job.data.seeds.length, answer.ms);
      job.resolve(answer);
      this.noteProgress();
    }, job.reject);
  }

  private noteFailed(id: string, reason: string): void {
    const job = this.outstanding.find(id);
    if (job === undefined) return;
    const failure = failureOf(reason, job.what);
    if (failure !== 'text lost') this.refuse(id, failure);
    else if (++job.textsLost < MOST_TEXT_LOSSES) this.offerAgain([job]).catch((error: Error) => this.refuse(id, error));
    else
      this.refuse(id, new WorkersError(`Redis at ${this.link.address.text} loses what it is given: is its memory too small, and maxmemory-policy noeviction?`));
  }

  private refuse(id: string, error: Error): void {
    this.outstanding.take(id)?.reject(error);
  }

  private noteProgress(): void {
    const { present } = this.lookout;
    const share = (this.done - this.doneBefore) / Math.max(1, this.jobs - this.doneBefore);
    this.options.progress?.(`${this.done} of ${this.jobs} jobs, ${present} worker${present === 1 ? '' : 's'}`, share);
  }
}
