import { ExecutionEnd, HistoryKind, Outcome, RefusalReason, RequeueReason } from '../core/history.js';
import { CallMode } from '../core/requests.js';
import { CrashPoint, Link, Message } from '../core/topology.js';

/** Kinds of the core, and what clients tell of their calls. */
export type EventName = keyof typeof HistoryKind | 'callBegan' | 'callRetried' | 'callEnded' | 'zombiePolls' | 'iterationDropped';

/** What the first number of an event names, and the fields that it becomes. */
export const SUBJECTS = {
  request: '`request` (`req-17`: the 17th that was accepted, as in the reports), `account`, `key`, `endpoint`',
  attempt: '`account`, `key`, `endpoint`: it was never accepted, so it has no number',
  traffic: '`account`, `key`, `endpoint`, `mode` (submit, subscribe, run)',
  account: '`account`',
  key: '`account`, `key`',
  endpoint: '`endpoint`',
  step: '`step`: its number in the scenario, from 1, as in the charts; the faults that a seed draws are counted on from there',
  requestIfAny: 'as `request`; none of it where the event is about no request',
  part: '`part` of the platform: gateway, dispatcher, store, runner, keys',
  leasesLost: '`leasesForgotten`: how many',
  none: 'none',
} as const;
export type Subject = keyof typeof SUBJECTS;

/** One of the other numbers of an event: the field it becomes, and its words where it is a choice. */
export interface EventField {
  readonly name: string;
  readonly doc: string;
  readonly words?: Readonly<Record<number, string>>;
  /** How a plain number is written: a truth value, cents as dollars, or the request of that number. */
  readonly as?: 'boolean' | 'dollars' | 'request';
  /** This number means "none": the field is left out. */
  readonly none?: number;
}

export interface EventEntry {
  readonly subject: Subject;
  readonly doc: string;
  /** What the numbers after the first are, as far as they mean something. */
  readonly fields: readonly EventField[];
}

const LEASE: EventField = { name: 'lease', doc: 'number of the lease; used again once it has ended' };
const IN_USE: EventField = { name: 'inUse', doc: "the account's slots in use after it" };
const EXECUTION: EventField = { name: 'execution', doc: 'number of the execution; used again once it has ended' };
const RUNNER: EventField = { name: 'runner', doc: 'number of the runner' };
const EXECUTIONS_ON_IT: EventField = { name: 'executions', doc: 'executions on it' };
const MESSAGE: EventField = { name: 'message', doc: 'which message', words: wordsOf(Message) };
const LINK: EventField = { name: 'link', doc: 'the link it was on', words: wordsOf(Link) };
const OUTCOME: EventField = { name: 'outcome', doc: 'how it ended', words: wordsOf(Outcome) };

/** Every event of a history: what its numbers mean. `docs/trace.md` is printed from it. */
export const EVENT_TABLE: Readonly<Record<EventName, EventEntry>> = {
  submitted: {
    subject: 'request',
    doc: 'the gateway accepts a request',
    fields: [{ name: 'mode', doc: 'how it was handed in', words: wordsOf(CallMode) }],
  },
  refused: {
    subject: 'attempt',
    doc: 'the gateway turns an attempt away; it never becomes a request',
    fields: [
      { name: 'status', doc: 'HTTP status' },
      { name: 'reason', doc: 'why', words: wordsOf(RefusalReason) },
    ],
  },
  requeued: {
    subject: 'request',
    doc: 'back to the line without a slot, or until its next attempt',
    fields: [
      { name: 'reason', doc: 'why', words: wordsOf(RequeueReason) },
      { name: 'retryInMs', doc: 'when it is tried again; absent: when a slot is free', none: -1 },
    ],
  },
  waitingForRunner: { subject: 'request', doc: 'a slot would be free, but no runner is', fields: [] },
  leaseGranted: { subject: 'request', doc: 'the limiter grants a slot', fields: [LEASE, IN_USE] },
  leaseReleased: { subject: 'request', doc: 'its holder gives the slot back', fields: [LEASE, IN_USE] },
  leaseTakenBack: { subject: 'request', doc: 'the slot is taken away: expired, held too long, or forced by its owner', fields: [LEASE, IN_USE] },
  leaseReleasedAgain: { subject: 'request', doc: 'a release of a lease that had already ended', fields: [LEASE, IN_USE] },
  executionStarted: { subject: 'request', doc: 'work begins physically', fields: [EXECUTION, RUNNER] },
  executionEnded: {
    subject: 'request',
    doc: 'work has stopped physically',
    fields: [EXECUTION, { name: 'how', doc: 'how it stopped', words: wordsOf(ExecutionEnd) }],
  },
  completionDropped: { subject: 'request', doc: 'the message that work has ended is dropped', fields: [EXECUTION] },
  ended: { subject: 'request', doc: 'the request is over', fields: [OUTCOME] },
  cancelRequested: {
    subject: 'request',
    doc: 'a stop is asked for',
    fields: [
      { name: 'inProgress', doc: 'whether it was in progress', as: 'boolean' },
      { name: 'byRevocation', doc: 'whether a revoked key asked for it', as: 'boolean' },
    ],
  },
  keyRevoked: {
    subject: 'key',
    doc: 'the owner revokes a key',
    fields: [
      { name: 'inProgress', doc: 'its requests in progress' },
      { name: 'queued', doc: 'its requests in the queue' },
    ],
  },
  keyRefused: { subject: 'key', doc: 'gateways stop accepting a key', fields: [] },
  limitSet: {
    subject: 'account',
    doc: 'a limit is set: the account’s own, or with `endpoint` on one endpoint',
    fields: [
      { name: 'scope', doc: 'number of the scope; absent: the account’s own', none: -1 },
      { name: 'limit', doc: 'the new limit' },
    ],
  },
  invoicePaid: { subject: 'account', doc: 'an invoice is paid', fields: [{ name: 'paidUsd', doc: 'paid in the window of four weeks', as: 'dollars' }] },
  runnerBooting: { subject: 'endpoint', doc: 'a runner boots', fields: [RUNNER] },
  runnerReady: { subject: 'endpoint', doc: 'a runner can take work', fields: [RUNNER] },
  runnerGone: { subject: 'endpoint', doc: 'an idle runner is taken down', fields: [RUNNER] },
  runnerCrashed: { subject: 'endpoint', doc: 'a runner is lost', fields: [RUNNER, { name: 'executionsLost', doc: 'work that was on it' }] },
  selfServiceRelease: {
    subject: 'account',
    doc: 'the owner asks for stuck slots back',
    fields: [
      { name: 'released', doc: 'slots released' },
      { name: 'offered', doc: 'whether the platform offers it', as: 'boolean' },
    ],
  },
  dispatched: { subject: 'request', doc: '`leaseGranted` and `executionStarted` in one step', fields: [LEASE, IN_USE, EXECUTION, RUNNER] },
  completed: {
    subject: 'request',
    doc: '`executionEnded`, `leaseReleased` and `ended` in one step: the work is done, and all went well',
    fields: [LEASE, IN_USE, EXECUTION],
  },
  executionPaused: { subject: 'request', doc: 'its runner stops computing without ending: paused work is no work', fields: [EXECUTION, RUNNER] },
  executionResumed: { subject: 'request', doc: 'its runner computes again', fields: [EXECUTION, RUNNER] },
  executionStartedStale: {
    subject: 'request',
    doc: 'work begins physically with a token that its request does not hold (any more): no lease covers it',
    fields: [EXECUTION, RUNNER],
  },
  leaseForgotten: { subject: 'request', doc: 'the slot store has lost the lease', fields: [LEASE, IN_USE] },
  leaseRestored: {
    subject: 'request',
    doc: 'the lease is in the slot store (again) without a grant: restored, or made anew by a renewal',
    fields: [LEASE, IN_USE],
  },
  storeLost: {
    subject: 'leasesLost',
    doc: 'the slot store was lost',
    fields: [
      { name: 'leasesRestored', doc: 'how many leases the restored state holds' },
      { name: 'ageMs', doc: 'how old the restored state is; absent: it came back empty', none: -1 },
    ],
  },
  messageLost: { subject: 'requestIfAny', doc: 'a message between two parts is lost', fields: [MESSAGE, LINK] },
  messageDelayed: { subject: 'requestIfAny', doc: 'a message between two parts is late', fields: [MESSAGE, LINK] },
  messageDuplicated: { subject: 'requestIfAny', doc: 'a message between two parts arrives twice', fields: [MESSAGE, LINK] },
  partDown: {
    subject: 'part',
    doc: 'a part stops; what it had in memory is gone',
    fields: [{ name: 'between', doc: 'the two steps between which it crashed; absent: at a time of its own', words: wordsOf(CrashPoint), none: 0 }],
  },
  partUp: { subject: 'part', doc: 'a part is up again', fields: [] },
  messageRefused: { subject: 'request', doc: 'a message that a token, an attempt number or a state refuses', fields: [MESSAGE] },
  releaseMisdirected: {
    subject: 'request',
    doc: 'the holder wants to give its slot back, but whom it is looked up by is gone: nothing happens',
    fields: [LEASE],
  },
  disconnected: {
    subject: 'request',
    doc: "the client's connection is gone",
    fields: [{ name: 'inProgress', doc: 'whether it was in progress', as: 'boolean' }],
  },
  accountRenamed: {
    subject: 'account',
    doc: 'the account is renamed or deleted',
    fields: [
      { name: 'leases', doc: 'slots that it holds' },
      { name: 'deleted', doc: 'whether it was deleted', as: 'boolean' },
    ],
  },
  clockSkewed: {
    subject: 'part',
    doc: "a part's clock is set wrong",
    fields: [{ name: 'skewMs', doc: 'how far it is ahead of the true time; negative: behind' }],
  },
  runnerPaused: { subject: 'endpoint', doc: 'a runner stops computing without ending', fields: [RUNNER, EXECUTIONS_ON_IT] },
  runnerResumed: { subject: 'endpoint', doc: 'a paused runner computes again', fields: [RUNNER, EXECUTIONS_ON_IT] },
  runnerHung: { subject: 'endpoint', doc: 'the work on a runner will never end, though it says it is alive', fields: [RUNNER, EXECUTIONS_ON_IT] },
  runnerSlowed: { subject: 'endpoint', doc: 'a runner computes more slowly', fields: [RUNNER, EXECUTIONS_ON_IT] },
  webhookSent: {
    subject: 'request',
    doc: "the result goes to the account's webhook receiver",
    fields: [
      { name: 'delivered', doc: 'whether it arrived', as: 'boolean' },
      { name: 'attempt', doc: 'number of the attempt' },
    ],
  },
  childAwaited: {
    subject: 'request',
    doc: 'the request waits for another one that it has submitted',
    fields: [
      { name: 'child', doc: 'the request that it waits for', as: 'request' },
      { name: 'yielded', doc: 'whether it gave its slot back meanwhile', as: 'boolean' },
    ],
  },
  reconciled: {
    subject: 'account',
    doc: 'what admission counts is corrected',
    fields: [
      { name: 'countBefore', doc: 'slots in use by the old count' },
      { name: 'countAfter', doc: 'by the new one' },
    ],
  },
  usageShown: {
    subject: 'account',
    doc: 'the account looks at its usage',
    fields: [
      { name: 'shown', doc: 'slots in use as it is shown' },
      { name: 'listed', doc: 'slots in the list that it is shown' },
    ],
  },
  redelivered: {
    subject: 'request',
    doc: 'the dispatcher hands the request out again while its work may still run',
    fields: [{ name: 'attempt', doc: 'number of the attempt' }],
  },
  faultOver: { subject: 'step', doc: 'what the step disturbed is whole again: the link, the part, the runner', fields: [] },
  step: { subject: 'step', doc: 'a scripted step is performed', fields: [] },
  recovery: { subject: 'none', doc: 'load and faults are over', fields: [] },
  callBegan: { subject: 'traffic', doc: 'a call of an SDK that may take several requests begins', fields: [] },
  callRetried: { subject: 'traffic', doc: 'the SDK tries again by itself', fields: [{ name: 'attempts', doc: 'attempts made so far' }] },
  callEnded: {
    subject: 'traffic',
    doc: 'the call is over for its caller',
    fields: [OUTCOME, { name: 'attempts', doc: 'attempts it took' }, { name: 'elapsedUs', doc: 'since its first attempt, µs' }],
  },
  zombiePolls: { subject: 'traffic', doc: 'a poller went on after its caller had given up', fields: [{ name: 'polls', doc: 'status requests it made' }] },
  iterationDropped: { subject: 'traffic', doc: 'an arrival finds `maxVUs` calls of its flow open: the client drops it', fields: [] },
};

/** Names of the core's kinds by number. */
export const KIND_NAMES: Readonly<Record<number, EventName>> = wordsOf(HistoryKind) as Readonly<Record<number, EventName>>;

function wordsOf(table: Readonly<Record<string, number>>): Record<number, string> {
  return Object.fromEntries(Object.entries(table).map(([word, number]) => [number, word]));
}
