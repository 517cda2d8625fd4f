import type { ApiKey } from '../../core/accounts.js';
import { Outcome } from '../../core/history.js';
import { type Request, WorkEnd } from '../../core/requests.js';
import type { StepSpec } from '../../scenario/types.js';
import type { Answer } from '../answer.js';
import { staged } from '../models/endings.js';
import { modelEnding, OUTCOME_NAMES, platformEnding } from './endings.js';
import { HandlerWork } from './handler-work.js';
import type { IncidentLog } from './incident-log.js';
import { PartsInTime } from './parts-in-time.js';
import type { PlatformNews } from './platform-reader.js';
import type { RequestRecord } from './request-record.js';
import type { WorldParts } from './world-parts.js';

/** What becomes of requests: turns the platform's news into what the wire, the store and the handlers need to know. */
export class RequestLife implements PlatformNews {
  /** The record of a request that is just being handed in: it may begin or end before it is in the book. */
  beingTaken: RequestRecord | undefined;
  private parts!: WorldParts;
  private handlers!: HandlerWork;
  private streamed!: PartsInTime;
  private readonly toStart: { readonly record: RequestRecord; readonly attempt: number }[] = [];
  /** Where the requests of before a restart are told that files are served. */
  publicUrl = '';

  constructor(private readonly incidents: IncidentLog) {}

  connect(parts: WorldParts): void {
    this.parts = parts;
    this.handlers = new HandlerWork({
      nowUs: () => parts.clock.nowUs(),
      changed: (record, change) => parts.telling.now(record, change),
      threw: (record, message) => parts.handlerThrew(record.id, message),
      finished: (record, attempt, answer, end) => this.handlerFinished(record, attempt, answer, end),
    });
    this.streamed = new PartsInTime(parts.clock, (record) => parts.telling.now(record, 'part'));
  }

  granted(handle: number): void {
    const record = this.recordAt(handle);
    if (record === undefined || record.outcome !== undefined) return;
    this.leaveQueue(record);
    this.parts.telling.later(record, 'state');
  }

  began(handle: number, request: Request, runner: number, isStale: boolean): void {
    const record = this.recordAt(handle);
    // Work that nobody waits for any more is no news of the request.
    if (record === undefined || record.outcome !== undefined || (isStale && record.atWork)) return;
    const nowUs = this.parts.clock.nowUs();
    record.live = request;
    record.begin(request.attempts, this.parts.reader.runnerName(runner), nowUs);
    this.leaveQueue(record);
    if (!record.atWork) record.book.inProgress++;
    record.atWork = true;
    if (record.hint !== undefined) record.book.remember(record.hint, runner);
    if (record !== this.beingTaken) this.parts.ledger.started(record.id, record.attempts, nowUs);
    this.parts.accounts.touched(record.account);
    if (record.model.kind === 'handler' && record.style !== 'open') this.toStart.push({ record, attempt: record.attempts });
    else if (record.style === 'stream') this.streamed.begin(record, this.parts.demand.chance(record));
    this.parts.telling.later(record, 'state');
  }

  backInQueue(handle: number): void {
    const record = this.parts.book.at(handle);
    if (record === undefined || record.outcome !== undefined) return;
    this.leaveWork(record, 'its attempt was given up');
    this.joinQueue(record);
    this.parts.telling.later(record, 'state');
  }

  stopping(handle: number): void {
    const record = this.parts.book.at(handle);
    if (record === undefined || record.isStopping) return;
    record.isStopping = true;
    this.parts.ledger.cancelRequested(record.id);
    this.handlers.signal(record, 'the request was cancelled');
    this.parts.bell.ring();
  }

  requestEnded(handle: number, request: Request, outcome: Outcome): void {
    const record = this.recordAt(handle);
    if (record === undefined || record.outcome !== undefined) return;
    const nowUs = this.parts.clock.nowUs();
    const { answer, failure } = this.endingOf(record, request, outcome);
    record.live = undefined;
    record.endedUs = nowUs;
    record.inferenceUs = record.startedUs === undefined ? 0 : nowUs - record.startedUs;
    record.outcome = OUTCOME_NAMES[outcome];
    record.answer = answer;
    record.failure = failure;
    this.leaveQueue(record);
    this.leaveWork(record, 'the request has ended');
    if (outcome === Outcome.ok) record.book.completed++;
    else record.book.failed++;
    this.parts.accounts.ended(record, outcome);
    if (record !== this.beingTaken) this.noteEnd(record);
    this.parts.telling.later(record, 'end');
  }

  keyRevoked(key: ApiKey): void {
    this.parts.keys.noteRevoked(key);
    this.parts.bell.ring();
  }

  keyRefused(key: ApiKey): void {
    this.parts.telling.keyRefused(key);
  }

  stepBegan(step: StepSpec): void {
    this.incidents.began(step, this.parts.platformRun.nowUs);
    this.parts.accounts.doubtAll();
    this.parts.bell.ring();
  }

  /** It waits: those behind it are told so, and its account. */
  joinQueue(record: RequestRecord): void {
    if (record.mode === 'queue' && record.book.queue.join(record.ordinal, record.low)) this.parts.accounts.waits(record.account, 1);
  }

  /** Whether handlers are about to begin. */
  get hasToStart(): boolean {
    return this.toStart.length > 0;
  }

  /** Handlers of attempts that have begun, and still go on, begin to work. */
  startHandlers(): void {
    for (const { record, attempt } of this.toStart.splice(0)) {
      // Where files are served is not known before the server listens again.
      if (record.publicUrl === undefined && this.publicUrl === '') this.toStart.push({ record, attempt });
      else if (record.outcome === undefined && record.attempts === attempt && record.atWork) this.startHandler(record, attempt);
    }
  }

  stopHandlers(why: string): void {
    this.handlers.stopAll(why);
  }

  /** It has ended: it is kept for a while, and on disk. */
  noteEnd(record: RequestRecord): void {
    const { endedUs, outcome, answer, failure, inferenceUs } = record;
    if (endedUs === undefined || outcome === undefined || answer === undefined) return;
    // In one transaction with the end: a process that dies between the two would never deliver it.
    if (record.webhook !== undefined) this.parts.ledger.delivery({ requestId: record.id, tries: 0, nextUs: endedUs });
    this.parts.ledger.ended(record.id, { atUs: endedUs, outcome, answer, failure: failure ?? null, inferenceUs });
    this.parts.book.ended(record);
  }

  private recordAt(handle: number): RequestRecord | undefined {
    const record = this.parts.book.at(handle) ?? this.beingTaken;
    return record?.ordinal === handle ? record : undefined;
  }

  private endingOf(record: RequestRecord, request: Request, outcome: Outcome): ReturnType<typeof platformEnding> {
    const { plan, settledAnswer, model } = record;
    record.publicUrl ??= this.publicUrl;
    if (outcome === Outcome.ok) {
      if (settledAnswer !== undefined) return modelEnding(settledAnswer);
      if (model.kind === 'fake' && record.style !== 'open') return modelEnding(model.answer(record.call(this.parts.demand.chance(record))));
      return modelEnding({ status: 200, headers: {}, body: 'null' });
    }
    if (outcome !== Outcome.failed) return platformEnding(outcome, request.end);
    // Its own words, if its own work has said them: a runner that was lost says nothing.
    if (settledAnswer !== undefined && request.end !== WorkEnd.ok) return modelEnding(settledAnswer);
    if (plan === undefined || request.end === WorkEnd.ok || request.end === WorkEnd.timedOut || hasFallenSilent(request))
      return platformEnding(outcome, request.end);
    if (this.parts.demand.isDrawnFailure(record)) return modelEnding(staged(500));
    return model.kind === 'fake' ? modelEnding(model.answer(record.call(this.parts.demand.chance(record)))) : platformEnding(outcome, request.end);
  }

  private handlerFinished(record: RequestRecord, attempt: number, answer: Answer, end: WorkEnd): void {
    record.settledAnswer = answer;
    this.parts.act({ op: 'finish', handle: record.ordinal, attempt, end });
  }

  private leaveQueue(record: RequestRecord): void {
    if (record.mode === 'queue' && record.book.queue.leave(record.ordinal, record.low)) this.parts.accounts.waits(record.account, -1);
  }

  private leaveWork(record: RequestRecord, why: string): void {
    if (record.atWork) record.book.inProgress--;
    record.atWork = false;
    this.handlers.stop(record, why);
    this.streamed.stop(record);
  }

  private startHandler(record: RequestRecord, attempt: number): void {
    record.publicUrl ??= this.publicUrl;
    this.handlers.start(record, attempt, this.parts.demand.chance(record));
    const timeoutUs = this.parts.demand.requestTimeoutUs(record);
    if (timeoutUs === Number.POSITIVE_INFINITY) return;
    this.parts.clock.after(timeoutUs, () => this.parts.act({ op: 'finish', handle: record.ordinal, attempt, end: WorkEnd.timedOut }));
  }
}

/** Its runner was lost before its work, which was to fail, had said so. */
function hasFallenSilent(request: Request): boolean {
  return request.end === WorkEnd.failed && !request.failedByItself;
}
