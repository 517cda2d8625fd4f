import { randomUUID } from 'node:crypto';
import { reasonOf } from '../reasons.js';
import { adviceFor, type Build, buildText, isSameBuild } from './build.js';
import { explainRefusal, isConnectionError } from './connection-errors.js';
import type { Names } from './names.js';
import { removeQueue } from './plan-queue.js';
import type { PointHands } from './point-hands.js';
import { PointLibrary } from './point-library.js';
import { plansIn, workersIn } from './presence.js';
import type { RedisLink } from './redis-link.js';
import { LOCK_MS, ServedPlan, type ServingTerms } from './served-plan.js';
import { Texts } from './texts.js';
import { Trouble, type WorkerLog } from './trouble.js';
import { pause, untilAborted } from './waiting.js';

/** Between two looks at which plans are open, ms. */
const LOOK_MS = 250;
/** A plan says every second that it is there: after this it has ended, though Redis has forgotten to say so, ms. */
const COMES_BACK_MS = 10_000;
/** Each costs two connections; others wait. */
const MOST_PLANS = 16;

export interface PlanWorkerOptions {
  readonly name: string;
  readonly hands: PointHands;
  readonly mostJobMs: number;
  /** Leaves when the first plan that it worked for is over. */
  readonly once: boolean;
  readonly log: WorkerLog;
  /** What this process is. */
  readonly build: Build;
}

/** Works for every open plan of its own build, until it is told to leave. */
export class PlanWorker {
  private readonly id = randomUUID().replaceAll('-', '').slice(0, 12);
  private readonly build: Build;
  private readonly plans;
  private readonly workers;
  private readonly served = new Map<string, ServedPlan>();
  private readonly refused = new Set<string>();
  /** Plans that Redis has forgotten, and until when they may come back, ms on a clock that never goes backwards. */
  private readonly forgotten = new Map<string, number>();
  private readonly serving: ServingTerms;
  private readonly leaving = new AbortController();
  private readonly trouble: Trouble;
  private isKnown = false;

  /** @param link checked already */
  constructor(
    private readonly link: RedisLink,
    private readonly names: Names,
    private readonly options: PlanWorkerOptions,
  ) {
    this.build = options.build;
    this.plans = plansIn(link.client, names);
    this.workers = workersIn(link.client, names);
    const { name, hands, mostJobMs, log } = options;
    this.serving = { link, names, name, hands, mostJobMs, log, build: this.build, library: new PointLibrary(new Texts(link.client, names)) };
    this.trouble = new Trouble(log);
    link.listen({ lost: () => log('redis-lost', { redis: link.address.text }), back: () => log('redis-back', { redis: link.address.text }) });
  }

  /** Takes jobs until `leave`. */
  async work(): Promise<void> {
    const { options, link, build } = this;
    for (const warning of link.warnings) options.log('warning', { warning });
    options.log('ready', { redis: link.address.text, name: options.name, threads: options.hands.threads, version: build.version, code: build.code });
    while (!this.leaving.signal.aborted) {
      // Redis may be away: whoever leaves does not wait for it.
      await untilAborted(this.lookSafely(), this.leaving.signal);
      await pause(LOOK_MS, this.leaving.signal);
    }
    await this.drain();
    await Promise.race([this.workers.leave(this.id), pause(LOOK_MS)]);
    options.log('left', {});
  }

  /** Finishes the jobs in hand, then `work` is over. */
  leave(): void {
    if (this.leaving.signal.aborted) return;
    this.options.log('leaving', {});
    this.leaving.abort();
  }

  private async lookSafely(): Promise<void> {
    try {
      await this.look();
      this.trouble.end();
    } catch (error) {
      const { link, leaving } = this;
      // The connection itself tells when it is lost.
      if (!leaving.signal.aborted && !isConnectionError(error)) this.trouble.note(reasonOf(explainRefusal(error, link.address.text)));
    }
  }

  private async look(): Promise<void> {
    const { options, build } = this;
    const { present, vanished } = await this.plans.read();
    // Said afterwards: if the plans are missing because Redis has forgotten everything, it has forgotten this worker too.
    const wasKnown = await this.workers.renew(this.id, { ...build, name: options.name, threads: options.hands.threads });
    if (this.isKnown && !wasKnown) this.noteForgotten();
    this.isKnown = true;
    for (const id of present.keys()) this.forgotten.delete(id);
    for (const id of this.served.keys()) if (!present.has(id) && !this.mayComeBack(id)) await this.drop(id);
    for (const id of vanished) await this.sweep(id);
    for (const [id, plan] of present) this.take(id, plan);
  }

  /** Plans that go on will say so again; they do not know yet. */
  private noteForgotten(): void {
    const untilMs = performance.now() + COMES_BACK_MS;
    for (const id of this.served.keys()) this.forgotten.set(id, untilMs);
  }

  private mayComeBack(id: string): boolean {
    return performance.now() < (this.forgotten.get(id) ?? Number.NEGATIVE_INFINITY);
  }

  /** Finishes what is in hand, unless Redis is away for so long that others have it by now. */
  private async drain(): Promise<void> {
    const plans = [...this.served.values()];
    const done = new AbortController();
    const drained = Promise.all(plans.map((plan) => plan.drain())).finally(() => done.abort());
    // Given up, it may still fail on its way.
    drained.catch(() => undefined);
    await Promise.race([drained, this.untilOthersHaveIt(done.signal)]);
    const jobs = plans.reduce((sum, { jobsInHand }) => sum + jobsInHand, 0);
    if (jobs > 0 && !this.link.isClosed) this.options.log('given-up', { jobs, why: 'Redis is away' });
  }

  private async untilOthersHaveIt(done: AbortSignal): Promise<void> {
    while (!done.aborted && !this.link.isClosed && this.link.awayMs < LOCK_MS) await pause(LOOK_MS, done);
  }

  private take(id: string, plan: Build): void {
    if (this.served.has(id) || this.refused.has(id) || this.served.size >= MOST_PLANS || this.leaving.signal.aborted) return;
    if (!isSameBuild(plan, this.build)) {
      this.refused.add(id);
      this.options.log('refused', { plan: id, why: `it is of ${buildText(plan)}, this worker is ${buildText(this.build)}: ${adviceFor(plan, this.build)}` });
      return;
    }
    this.options.log('plan', { plan: id });
    this.served.set(id, new ServedPlan(id, this.serving));
  }

  private async drop(id: string): Promise<void> {
    const plan = this.served.get(id);
    this.served.delete(id);
    this.forgotten.delete(id);
    try {
      await plan?.drop();
    } finally {
      this.options.log('plan-over', { plan: id });
      if (this.options.once) this.leave();
    }
  }

  /** A plan that ended without a word has left its queue behind. */
  private async sweep(id: string): Promise<void> {
    await removeQueue(this.link, this.names, id);
    await this.plans.leave(id);
  }
}
