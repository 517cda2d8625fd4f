import { randomUUID } from 'node:crypto';
import type { ApiKey } from '../../core/accounts.js';
import { Rejected } from '../../core/errors.js';
import { RefusalReason } from '../../core/history.js';
import { NONE, WorkEnd } from '../../core/requests.js';
import { endpointId } from '../../protocol/app-id.js';
import type { SubmitInput } from '../driver/inputs.js';
import type { LiveRequest } from './live-request.js';
import type { Refusal, RequestOrder } from './live-world.js';
import type { RequestLife } from './request-life.js';
import { RequestRecord } from './request-record.js';
import type { WorldParts } from './world-parts.js';

/** Takes requests in: hands them to the platform, and keeps a record of those that it accepts. */
export class Intake {
  /** @param lastOrdinal the last one ever given out */
  constructor(
    private readonly parts: WorldParts,
    private readonly life: RequestLife,
    private lastOrdinal: number,
  ) {}

  take(order: RequestOrder, op: 'submit' | 'call'): LiveRequest | Refusal {
    const locked = this.parts.accounts.lockOf(order.caller.account);
    if (locked !== undefined) return { refused: 'locked', reason: locked };
    const key = this.parts.keys.keyOf(order.caller.keyId);
    if (key === undefined || !key.accepted) return { refused: 'key', reason: 'the key belongs to no account that may call models' };
    const inputBytes = order.inputBytes ?? JSON.stringify(order.input ?? null).length;
    if (!this.parts.book.hasRoomFor(inputBytes))
      return { refused: 'too-many-requests', reason: 'the emulator holds as many requests as it can: wait until some have ended' };
    const book = this.parts.directory.find(order.app, order.caller.account);
    if (book === undefined) return { refused: 'too-many-endpoints', reason: 'too many endpoints that the scenario does not name were called' };
    if (op === 'submit' && order.maxQueueLength !== undefined && book.queue.length > order.maxQueueLength) {
      return { refused: 'queue-full', reason: `the queue of ${book.name} holds more than ${order.maxQueueLength} requests` };
    }
    const record = this.recordOf(order, op, book);
    const chance = this.parts.demand.chance(record);
    const needs = this.parts.demand.of(record, chance, order.drawn);
    record.plan = needs.plan;
    record.serviceUs = needs.serviceUs ?? Number.POSITIVE_INFINITY;
    const limits = retryLimits(order.retries, book.owner === order.caller.account);
    this.life.beingTaken = record;
    const refused = this.parts.apply({
      op,
      handle: record.ordinal,
      key: key.number,
      endpoint: book.name,
      serviceUs: needs.serviceUs,
      end: needs.plan?.end ?? WorkEnd.ok,
      startTimeoutUs: order.startTimeoutUs ?? null,
      low: record.low,
      runner: record.hint === undefined ? NONE : (book.hints.get(record.hint) ?? NONE),
      attemptsBefore: 0,
      ...limits,
      ...callOf(order),
    });
    this.life.beingTaken = undefined;
    if (refused !== 0) return this.refusalOf(refused, key, book.name);
    this.accept(record, order, limits, inputBytes);
    return record;
  }

  private accept(record: RequestRecord, order: RequestOrder, limits: object, inputBytes: number): void {
    record.live = this.parts.platformRun.requestOf(record.ordinal);
    this.parts.book.add(record, inputBytes);
    this.parts.bell.ring();
    if (this.parts.ledger.isDurable) this.store(record, order, limits);
    // It may have begun, and even ended, while it was handed in.
    if (record.attempts > 0) this.parts.ledger.started(record.id, record.attempts, record.startedUs as number);
    if (record.outcome !== undefined) this.life.noteEnd(record);
    else if (record.state === 'IN_QUEUE') this.life.joinQueue(record);
  }

  private store(record: RequestRecord, order: RequestOrder, limits: object): void {
    this.parts.ledger.accepted({
      id: record.id,
      ordinal: record.ordinal,
      mode: record.mode,
      account: record.account,
      keyId: record.keyId,
      endpoint: record.endpoint,
      input: JSON.stringify(record.input ?? null),
      submittedUs: record.submittedUs,
      deadlineUs: order.startTimeoutUs === undefined ? null : record.submittedUs + order.startTimeoutUs,
      low: record.low,
      hint: record.hint ?? null,
      retryTerms: JSON.stringify(limits),
      webhook: record.webhook ?? null,
      storesPayload: record.storesPayload,
      tags: JSON.stringify(record.tags),
    });
  }

  private recordOf(order: RequestOrder, op: 'submit' | 'call', book: RequestRecord['book']): RequestRecord {
    const endpoint = endpointId(order.app);
    return new RequestRecord(
      {
        id: randomUUID(),
        ordinal: ++this.lastOrdinal,
        app: order.app,
        endpoint,
        book,
        account: order.caller.account,
        keyId: order.caller.keyId,
        mode: op === 'submit' ? 'queue' : 'direct',
        style: order.style,
        input: order.input,
        low: op === 'submit' && order.low,
        hint: order.hint,
        tags: order.tags,
        webhook: order.webhook,
        storesPayload: order.storesPayload,
        publicUrl: order.publicUrl,
        submittedUs: this.parts.platformRun.nowUs,
        model: this.parts.models.modelFor(endpoint),
      },
      this.parts.clock,
    );
  }

  private refusalOf(rejected: Rejected, key: ApiKey, endpoint: string): Refusal {
    if (rejected === Rejected.unauthorized) return { refused: 'key', reason: 'the key is not accepted any more' };
    if (rejected === Rejected.noRunner) return { refused: 'no-runner', reason: 'no runner can be had for this request now' };
    const scope =
      this.parts.reader.lastRefusal === RefusalReason.endpointLimit ? key.account.endpointScope(this.parts.platformRun.stage.endpoint(endpoint)) : null;
    const { limit } = scope ?? key.account.scope;
    return { refused: 'limit', limit, reason: `Reached concurrent requests limit of ${limit}` };
  }
}

function callOf({ drawn }: RequestOrder): Pick<SubmitInput, 'call'> {
  return drawn === undefined ? NO_CALL : { call: { mode: drawn.mode, calledUs: drawn.calledUs, isRepeat: drawn.isRepeat } };
}

const NO_CALL = Object.freeze({});

/** Extra attempts at most. `X-Fal-Retry-Config` is "honoured for the app's owner only"; `X-Fal-No-Retry` beats it (D:retry). */
function retryLimits(terms: RequestOrder['retries'], isOwner: boolean): { retriesAfterError: number | null; retriesAfterTimeout: number | null } {
  if (terms?.never === true) return { retriesAfterError: 0, retriesAfterTimeout: 0 };
  if (terms === undefined || !isOwner) return { retriesAfterError: null, retriesAfterTimeout: null };
  return { retriesAfterError: terms.serverError ?? null, retriesAfterTimeout: terms.timeout ?? null };
}
