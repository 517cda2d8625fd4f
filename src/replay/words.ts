import { US_PER_MS } from '../core/time.js';
import { formatDurationUs } from '../core/units.js';
import type { EventRecord } from '../history/describe-event.js';
import type { EventName } from '../history/event-table.js';

/** What stands for a reason, an outcome, a way to end. */
const REASONS: Readonly<Record<string, string>> = {
  accountLimit: 'the account is at its limit',
  endpointLimit: 'it is at the limit of the endpoint',
  noRunner: 'no runner',
  badKey: 'the key is not accepted',
  gatewayDown: 'the gateway is down',
  attemptFailed: 'its attempt failed',
  storeSilent: 'the slot store does not answer',
  leaseExpired: 'its lease has expired',
  redelivered: 'it is handed out again',
  ok: 'well',
  failed: 'in failure',
  startTimeout: 'timed out: it did not start in time',
  cancelled: 'cancelled',
  revoked: 'by the revoked key',
  gaveUp: 'given up by its client',
  unauthorized: 'unauthorized',
};

type Sentence = (event: EventRecord) => string;

const SENTENCES: Readonly<Record<EventName, Sentence>> = {
  submitted: (e) => `${e['request']} comes in with key ${e['key']} for ${e['endpoint']}${e['mode'] === 'direct' ? ', as a direct call' : ''}`,
  refused: (e) => `a request with key ${e['key']} for ${e['endpoint']} is turned away with ${e['status']}: ${reason(e['reason'])}`,
  requeued: (e) =>
    `${e['request']} goes back to the queue: ${reason(e['reason'])}${e['retryInMs'] === undefined ? '' : `; asks again in ${duration(e['retryInMs'])}`}`,
  waitingForRunner: (e) => `${e['request']} waits for a runner`,
  leaseGranted: (e) => `${e['request']} gets a slot (lease ${e['lease']})`,
  leaseReleased: (e) => `${e['request']} gives its slot back (lease ${e['lease']})`,
  leaseTakenBack: (e) => `the slot of ${e['request']} is taken back (lease ${e['lease']})`,
  leaseReleasedAgain: (e) => `${e['request']} gives back a slot that it does not hold any more (lease ${e['lease']})`,
  executionStarted: (e) => `${e['request']} begins to work on runner ${e['runner']}`,
  executionEnded: (e) => `the work of ${e['request']} stops (${e['how']})`,
  completionDropped: (e) => `the completion of ${e['request']} is dropped: it stays in progress`,
  ended: (e) => `${e['request']} ends: ${reason(e['outcome'])}`,
  cancelRequested: (e) => `${e['request']} is to be stopped${e['byRevocation'] === true ? ' by a revocation' : ''}${inProgress(e)}`,
  keyRevoked: (e) => `key ${e['key']} is revoked: ${e['inProgress']} in progress, ${e['queued']} queued`,
  keyRefused: (e) => `gateways stop accepting key ${e['key']}`,
  limitSet: (e) =>
    `the limit of ${e['account']}${e['endpoint'] === undefined ? '' : ` on ${e['endpoint']}`} is ${e['limit'] === 'Infinity' ? 'none' : e['limit']}`,
  invoicePaid: (e) => `${e['account']} pays an invoice: $${e['paidUsd']} in four weeks`,
  runnerBooting: (e) => `runner ${e['runner']} of ${e['endpoint']} boots`,
  runnerReady: (e) => `runner ${e['runner']} of ${e['endpoint']} is ready`,
  runnerGone: (e) => `idle runner ${e['runner']} of ${e['endpoint']} is taken down`,
  runnerCrashed: (e) => `runner ${e['runner']} of ${e['endpoint']} crashes with ${e['executionsLost']} at work on it`,
  selfServiceRelease: (e) =>
    `${e['account']} asks for its stuck slots back: ${e['offered'] === true ? `${e['released']} released` : 'the platform does not offer it'}`,
  step: (e) => `step ${e['step']}`,
  recovery: () => 'recovery begins: load and steps are over',
  dispatched: (e) => `${e['request']} gets a slot (lease ${e['lease']}) and begins to work on runner ${e['runner']}`,
  completed: (e) => `${e['request']} is done: its work stops, its slot is free (lease ${e['lease']}), it ends well`,
  executionPaused: (e) => `the work of ${e['request']} stands still: runner ${e['runner']} computes nothing`,
  executionResumed: (e) => `the work of ${e['request']} goes on`,
  executionStartedStale: (e) => `${e['request']} begins to work on runner ${e['runner']} with a token that it does not hold: no slot covers it`,
  leaseForgotten: (e) => `the slot store loses the slot of ${e['request']} (lease ${e['lease']})`,
  leaseRestored: (e) => `the slot of ${e['request']} is in the store again without a grant (lease ${e['lease']})`,
  storeLost: (e) =>
    `the slot store is lost: ${e['leasesForgotten']} leases forgotten, ${e['leasesRestored']} restored${e['ageMs'] === undefined ? '' : `, as of ${duration(e['ageMs'])} ago`}`,
  messageLost: (e) => `the message ${message(e)} is lost on ${e['link']}`,
  messageDelayed: (e) => `the message ${message(e)} is late on ${e['link']}`,
  messageDuplicated: (e) => `the message ${message(e)} arrives twice on ${e['link']}`,
  partDown: (e) => `the ${e['part']} crashes${e['between'] === undefined ? '' : ` at ${e['between']}`}`,
  partUp: (e) => `the ${e['part']} is up again`,
  messageRefused: (e) => `the message ${message(e)} is refused: it comes too late, or with an old token`,
  releaseMisdirected: (e) => `${e['request']} wants to give its slot back (lease ${e['lease']}), but its owner is not found: nothing happens`,
  disconnected: (e) => `the client of ${e['request']} is gone${inProgress(e)}`,
  accountRenamed: (e) => `account ${e['account']} is ${e['deleted'] === true ? 'deleted' : 'renamed'}, holding ${e['leases']} slots`,
  clockSkewed: (e) => `the clock of the ${e['part']} is off by ${duration(e['skewMs'])}`,
  runnerPaused: (e) => `runner ${e['runner']} of ${e['endpoint']} is paused`,
  runnerResumed: (e) => `runner ${e['runner']} of ${e['endpoint']} computes again`,
  runnerHung: (e) => `runner ${e['runner']} of ${e['endpoint']} hangs: its work never ends, but it says it is alive`,
  runnerSlowed: (e) => `runner ${e['runner']} of ${e['endpoint']} slows down`,
  webhookSent: (e) => `the webhook of ${e['request']} ${e['delivered'] === true ? 'is delivered' : 'fails'} (attempt ${e['attempt']})`,
  childAwaited: (e) => `${e['request']} waits for its child ${e['child']}, ${e['yielded'] === true ? 'its slot given back meanwhile' : 'its slot kept'}`,
  reconciled: (e) => `what admission counts for ${e['account']} is corrected from ${e['countBefore']} to ${e['countAfter']}`,
  usageShown: (e) => `${e['account']} looks at its usage: ${e['shown']} in use, ${e['listed']} in the list`,
  redelivered: (e) => `${e['request']} is handed out again (attempt ${e['attempt']}), its work may still run`,
  faultOver: (e) => `step ${e['step']} is over`,
  callBegan: (e) => `a client of ${e['account']}/${e['key']} begins a ${e['mode']} call to ${e['endpoint']}`,
  callRetried: (e) => `a client of ${e['account']}/${e['key']} tries again after ${attempts(e)}`,
  callEnded: (e) => `a ${e['mode']} call of ${e['account']}/${e['key']} ends ${reason(e['outcome'])} after ${attempts(e)}`,
  zombiePolls: (e) => `a client of ${e['account']}/${e['key']} went on polling: ${e['polls']} times`,
  iterationDropped: (e) => `a client of ${e['account']}/${e['key']} drops an arrival: it has maxVUs calls open`,
};

/** What happened, as a sentence. @param stepLabel what a step does, by its number from 1 */
export function sentenceOf(event: EventRecord, stepLabel: (step: number) => string): string {
  if (event['event'] === 'step') return `step ${event['step']}: ${stepLabel(Number(event['step']))}`;
  if (event['event'] === 'faultOver') return `step ${event['step']} is over: what it disturbed is whole again (${stepLabel(Number(event['step']))})`;
  return SENTENCES[event['event'] as EventName](event);
}

function reason(word: unknown): string {
  return REASONS[String(word)] ?? String(word);
}

function duration(ms: unknown): string {
  return formatDurationUs(Number(ms) * US_PER_MS, 6);
}

function inProgress(event: EventRecord): string {
  return event['inProgress'] === true ? ', while it is in progress' : '';
}

function attempts(event: EventRecord): string {
  return `${event['attempts']} attempt${event['attempts'] === 1 ? '' : 's'}`;
}

function message(event: EventRecord): string {
  return event['request'] === undefined ? `“${event['message']}”` : `“${event['message']}” of ${event['request']}`;
}
