import { Outcome } from '../core/history.js';
import type { CallRecord, ClientSink } from './client-calls.js';
import { SlowestCalls, TroubledCalls } from './client-kept.js';
import { ClientSet, unseenMetrics } from './client-set.js';
import type { Recording } from './recorder.js';
import { TaggedSets, type TrafficTags } from './tagged-sets.js';
import type { Selector } from './thresholds.js';

export interface ClientViewOptions {
  /** Metrics are kept in total and for the tags of these. */
  readonly selectors: readonly Selector[];
  /** When the run is to end, virtual µs. */
  readonly endUs: number;
  /** Metrics leave out calls that were over before. */
  readonly warmupUs?: number | undefined;
  /** Whether somebody watches a `submit` until its end. */
  readonly followsSubmits: boolean;
}

/** Slots of one account, as the platform shows them to an operator. */
export interface SlotLook {
  readonly account: string;
  /** Virtual µs since the load began. */
  readonly atUs: number;
  readonly inUse: number;
  /** Held by no live work. */
  readonly stuck: number;
  /** The most there ever were, so that a peak between two looks shows; undefined: not told. */
  readonly peak?: number | undefined;
}

/** What clients know beside metrics: what the two views are compared by. The whole run, warm-up included. */
export interface SeenByClients {
  readonly calls: number;
  /** Requests that the server is known to have accepted. */
  readonly accepted: number;
  /** Earlier attempts of direct calls that may have been accepted and lost. */
  readonly perhapsAccepted: number;
  /** Calls that ended badly without any answer: nobody took the connection, or it broke. */
  readonly unanswered: number;
  readonly refusals: number;
  /** Nobody watched their end. */
  readonly unfollowed: number;
  /** Accepted, watched, and without an end when the run ended. */
  readonly open: number;
  /** Accepted, and then refused a status with 401. */
  readonly lockedOut: number;
  /** Keys of those, as `account/key`; a few of them where there are many. */
  readonly lockedOutKeys: readonly string[];
  /** Of all calls, by core's `Outcome`. */
  readonly ended: Readonly<Record<number, number>>;
}

/** A run as its clients saw it: judged and printed like any other recording. */
export interface ClientRecording extends Recording {
  readonly seen: SeenByClients;
  readonly slowest: readonly CallRecord[];
  readonly troubled: readonly CallRecord[];
  readonly troubledHidden: number;
  /** What a reader must know of these metrics. */
  readonly notes: readonly string[];
  /** What clients cannot see, in words, for a run that is judged by them. */
  readonly unseen: string;
}

const KEYS_NAMED = 5;

/** Folds what clients tell into the same metrics as a server's history. Its memory does not grow with the number of calls. */
export class ClientView implements ClientSink {
  private readonly clock = { nowUs: 0 };
  private readonly classes: TrafficTags[] = [];
  private readonly classNumbers = new Map<string, number>();
  private readonly sets: TaggedSets;
  private readonly slowest: SlowestCalls;
  private readonly troubled = new TroubledCalls();
  private readonly looks = new Map<string, SlotLook>();
  private readonly tally = { calls: 0, accepted: 0, perhapsAccepted: 0, unanswered: 0, refusals: 0, unfollowed: 0, open: 0, lockedOut: 0 };
  private readonly ended: Record<number, number> = {};
  private readonly lockedOutKeys = new Set<string>();
  private countedWithoutTime = 0;

  constructor(private readonly options: ClientViewOptions) {
    this.sets = new TaggedSets(options.selectors, this.classes, this.clock, (clock) => new ClientSet(clock));
    this.slowest = new SlowestCalls(options.endUs);
  }

  calls(records: readonly CallRecord[]): void {
    for (const record of records) this.add(record);
  }

  dropped(traffic: TrafficTags, count: number): void {
    this.countedWithoutTime += count;
    for (const set of this.setsOf(traffic)) set.droppedIterations += count;
  }

  zombiePolls(traffic: TrafficTags, count: number): void {
    this.countedWithoutTime += count;
    for (const set of this.setsOf(traffic)) set.zombiePolls += count;
  }

  /** Somebody has looked at an account's slots. Looks at one account come in order of time. */
  slots(look: SlotLook): void {
    const { account, atUs, inUse, stuck, peak = 0 } = look;
    const last = this.looks.get(account) ?? { inUse: 0, stuck: 0, peak: undefined };
    const peaked = last.peak !== undefined && peak > last.peak && peak > inUse;
    // Between two looks there were more: just before this one is as good a place as any.
    if (peaked) this.look(account, atUs - 1, peak - last.inUse, 0);
    this.look(account, atUs, inUse - (peaked ? peak : last.inUse), stuck - last.stuck);
    this.looks.set(account, look);
  }

  /** The run is over. @param endUs when it ended, if that was earlier than planned */
  finish(endUs = this.options.endUs): ClientRecording {
    const { warmupUs = 0 } = this.options;
    this.moveTo(Math.max(endUs, this.clock.nowUs));
    for (const set of this.sets.all) set.close();
    return {
      endUs,
      warmupUs,
      total: this.sets.total,
      setFor: (selector) => this.sets.setFor(selector),
      invariants: [],
      exercised: this.exercised(),
      evidence: undefined,
      leaks: [],
      leaksHidden: 0,
      stepsUs: [],
      seen: { ...this.tally, ended: { ...this.ended }, lockedOutKeys: [...this.lockedOutKeys] },
      slowest: this.slowest.list(),
      troubled: this.troubled.list(),
      troubledHidden: this.troubled.hidden,
      notes: this.notes(warmupUs),
      unseen: this.unseen(),
    };
  }

  private add(record: CallRecord): void {
    const isFollowed = record.mode !== 'submit' || this.options.followsSubmits;
    const { warmupUs = 0 } = this.options;
    this.note(record, isFollowed);
    this.troubled.add(record);
    if (record.outcome !== 0 || isFollowed) this.slowest.add(record);
    const lastUs = record.outcome === 0 && isFollowed ? Number.POSITIVE_INFINITY : record.plannedUs + (record.elapsedUs ?? 0);
    if (lastUs < warmupUs) return;
    for (const set of this.setsOf(record)) set.add(record, isFollowed, warmupUs);
  }

  private note(record: CallRecord, isFollowed: boolean): void {
    const { account, key, mode, requestId, attempts, refusals, outcome } = record;
    const { tally } = this;
    const isAccepted = requestId !== undefined;
    tally.calls++;
    tally.refusals += refusals;
    if (isAccepted) tally.accepted++;
    if (mode === 'run') tally.perhapsAccepted += Math.max(0, attempts - refusals - (isAccepted ? 1 : 0));
    if (isUnanswered(record)) tally.unanswered++;
    if (outcome !== 0) this.ended[outcome] = (this.ended[outcome] ?? 0) + 1;
    else if (!isFollowed) tally.unfollowed++;
    else if (isAccepted) tally.open++;
    if (!isAccepted || outcome !== Outcome.unauthorized) return;
    tally.lockedOut++;
    if (this.lockedOutKeys.size < KEYS_NAMED) this.lockedOutKeys.add(`${account}/${key}`);
  }

  private look(account: string, atUs: number, inUseBy: number, stuckBy: number): void {
    this.moveTo(atUs);
    for (const set of this.sets.ofAccount(account)) (set as ClientSet).look(inUseBy, stuckBy);
  }

  /** Levels count from the end of the warm-up on. Looks at several accounts may be a little out of order. */
  private moveTo(atUs: number): void {
    const { warmupUs = 0 } = this.options;
    if (this.clock.nowUs < warmupUs && atUs >= warmupUs) {
      this.clock.nowUs = warmupUs;
      for (const set of this.sets.all) for (const level of [set.inUse, set.leaked]) level.beginAt(warmupUs);
    }
    this.clock.nowUs = Math.max(this.clock.nowUs, atUs);
  }

  private setsOf({ account, key, endpoint, mode }: TrafficTags): readonly ClientSet[] {
    const name = JSON.stringify([account, key, endpoint, mode]);
    let number = this.classNumbers.get(name);
    if (number === undefined) {
      number = this.classes.push({ account, key, endpoint, mode }) - 1;
      this.classNumbers.set(name, number);
    }
    return this.sets.of(number) as readonly ClientSet[];
  }

  /** Of what a run can meet, clients see this much. */
  private exercised(): Readonly<Record<string, number>> {
    const { clientRetries, droppedIterations, http429, startTimeouts } = this.sets.total;
    return {
      client_retries: clientRetries,
      dropped_iterations: droppedIterations,
      refused_429: http429,
      ...(this.tally.unfollowed === 0 && { start_timeouts: startTimeouts }),
    };
  }

  private unseen(): string {
    const slots = this.looks.size > 0 ? '' : ', slots_in_use, leaked_slots';
    return `Clients cannot see ${unseenMetrics().join(', ')}${slots}, nor the invariants: whatever is expected of these is undecided.`;
  }

  private notes(warmupUs: number): string[] {
    const notes: string[] = [];
    const { unfollowed } = this.tally;
    if (unfollowed > 0)
      notes.push(`${unfollowed} submits were followed by nobody: of their beginning and end the clients know nothing, so metrics of both have no samples.`);
    if (warmupUs > 0 && this.countedWithoutTime > 0)
      notes.push('Dropped arrivals and zombie polls of the warm-up are counted too: clients tell how many, not when.');
    if (this.looks.size > 0) notes.push('Slots were looked at from time to time: what came and went between two looks is not seen, but for a new peak.');
    return notes;
  }
}

function isUnanswered({ acceptedUs, requestId, refusals, outcome }: CallRecord): boolean {
  return acceptedUs === undefined && requestId === undefined && refusals === 0 && (outcome === Outcome.failed || outcome === Outcome.gaveUp);
}
