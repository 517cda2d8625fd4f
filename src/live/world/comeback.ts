import { Outcome } from '../../core/history.js';
import { WorkEnd } from '../../core/requests.js';
import { parseAppId } from '../../protocol/app-id.js';
import type { Scenario } from '../../scenario/types.js';
import type { LiveInput } from '../driver/inputs.js';
import type { Json } from '../json.js';
import type { RestoredRequest } from '../store/ledger.js';
import { OUTCOME_NAMES, platformEnding } from './endings.js';
import type { RequestLife } from './request-life.js';
import { RequestRecord } from './request-record.js';
import type { Restoring } from './restore.js';
import type { WorldParts } from './world-parts.js';

/** Lends a world's parts to `restore`: keys become known again, requests go back to the platform, or end. */
export class Comeback {
  /** `id:secret` of the keys that were made now, by `account/key`. */
  readonly credentials = new Map<string, string>();

  /** @param given credentials for keys of the scenario, by `account/key` */
  constructor(
    private readonly parts: WorldParts,
    private readonly life: RequestLife,
    private readonly given: Readonly<Record<string, string>>,
  ) {}

  host(scenario: Scenario): Restoring {
    const { stage } = this.parts.platformRun;
    return {
      scenario,
      nowUs: () => this.parts.platformRun.nowUs,
      apply: (input) => this.parts.apply(input),
      key: (account, name) => stage.key(account, name),
      freeKeyName: (account, alias) => this.parts.keys.freeName(account, alias),
      spent: (account, usd) => this.parts.accounts.restoreSpent(account, usd),
      hasAccount: (account) => stage.hasAccount(account),
      keyOf: (keyId) => this.parts.keys.keyOf(keyId),
      enterKey: (account, name, key, stored) => {
        const given = this.given[`${account}/${name}`];
        if (stored === undefined) {
          this.credentials.set(`${account}/${name}`, this.parts.keys.open(account, name, 'ADMIN', key, given));
          return;
        }
        this.parts.keys.restore(stored, key);
        if (given === undefined || !stored.isScripted) return;
        this.parts.keys.confirm(stored, given);
        this.credentials.set(`${account}/${name}`, given);
      },
      lock: (account, reason) => this.parts.accounts.lock(account, reason),
      recordOf: (stored) => this.storedRecord(stored),
      keepEnded: (record, stored) => this.keepEnded(record, stored),
      takeUp: (record, stored, input) => this.takeUp(record, stored, input),
      end: (record, how) => this.endUnmade(record, how),
    };
  }

  private storedRecord(stored: RestoredRequest): RequestRecord | undefined {
    const app = parseAppId(stored.endpoint);
    const book = app === undefined ? undefined : this.parts.directory.findAgain(app);
    if (app === undefined || book === undefined) return undefined;
    const model = this.parts.models.modelFor(stored.endpoint);
    const record = new RequestRecord(
      {
        id: stored.id,
        ordinal: stored.ordinal,
        app,
        endpoint: stored.endpoint,
        book,
        account: stored.account,
        keyId: stored.keyId,
        mode: stored.mode,
        style: undefined,
        input: stored.payloadDeleted ? undefined : (JSON.parse(stored.input) as Json),
        low: stored.low,
        hint: stored.hint ?? undefined,
        tags: JSON.parse(stored.tags) as Record<string, string>,
        webhook: stored.webhook ?? undefined,
        storesPayload: stored.storesPayload,
        publicUrl: undefined,
        submittedUs: stored.submittedUs,
        model,
      },
      this.parts.clock,
    );
    const needs = this.parts.demand.of(record, this.parts.demand.chance(record), undefined);
    record.plan = needs.plan;
    record.serviceUs = needs.serviceUs ?? Number.POSITIVE_INFINITY;
    record.attempts = stored.attempts;
    record.startedUs = stored.startedUs ?? undefined;
    return record;
  }

  private keepEnded(record: RequestRecord, stored: RestoredRequest): void {
    const { end } = stored;
    if (end === null) return;
    record.outcome = end.outcome;
    record.endedUs = end.atUs;
    record.answer = record.input === undefined ? undefined : end.answer;
    record.failure = end.failure ?? undefined;
    record.inferenceUs = end.inferenceUs;
    this.parts.book.add(record, stored.input.length);
    this.parts.book.ended(record);
  }

  private takeUp(record: RequestRecord, stored: RestoredRequest, input: LiveInput): void {
    this.parts.book.add(record, stored.input.length);
    record.startedUs = undefined;
    if (this.parts.apply(input) !== 0) {
      this.endUnmade(record, 'lost');
      return;
    }
    record.live = this.parts.platformRun.requestOf(record.ordinal);
    if (record.state === 'IN_QUEUE') this.life.joinQueue(record);
  }

  /** A request that the platform does not know any more ends. */
  private endUnmade(record: RequestRecord, how: 'cancelled' | 'revoked' | 'lost'): void {
    const outcome = how === 'lost' ? Outcome.failed : Outcome[how];
    const { answer, failure } = platformEnding(outcome, WorkEnd.ok);
    record.outcome = OUTCOME_NAMES[outcome];
    record.endedUs = this.parts.platformRun.nowUs;
    record.answer = answer;
    record.failure = failure;
    if (this.parts.book.find(record.id) === undefined) this.parts.book.add(record, 0);
    this.life.noteEnd(record);
    this.parts.telling.later(record, 'end');
  }
}
