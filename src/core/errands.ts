import { backoffDelayUs } from './backoff.js';
import { EventKind, eventKey } from './event-keys.js';
import { HistoryKind } from './history.js';
import type { Parts } from './parts.js';
import { ChildState, type Errand, NONE, type Request, type Submission, WorkEnd } from './requests.js';

/** fal delivers a webhook again up to ten times. */
const MOST_DELIVERIES = 11;
const CHILD_ERRAND: Errand = { webhook: false, child: null };

/** Told when what comes with a request is over. */
export interface ErrandWatcher {
  /** The result was delivered, or will never be. */
  webhookOver(request: Request): void;
  letGo(request: Request): void;
}

/** What comes with a request beside its own work: a webhook to deliver, a child to wait for. */
export class Errands {
  private watcher!: ErrandWatcher;
  private submit!: (submission: Submission) => Request | null;
  /** By request number: deliveries tried so far. */
  private readonly deliveries = new Map<number, number>();

  constructor(private readonly parts: Parts) {}

  /** @param submit hands a request in; null: it was refused */
  connect(watcher: ErrandWatcher, submit: (submission: Submission) => Request | null): void {
    this.watcher = watcher;
    this.submit = submit;
  }

  /** The work of a request is done: does it need a child first? @returns whether it now waits for one */
  beginChild(request: Request, givesSlotBack: boolean): boolean {
    const child = request.errand?.child ?? null;
    if (child === null || request.child === ChildState.ended) return false;
    if (request.child === ChildState.awaited) return true;
    request.child = ChildState.awaited;
    // The parent waits for its child to end, so it must not be used for another request before.
    request.strays++;
    const made = this.submit({
      key: request.key,
      endpoint: child.endpoint,
      traffic: child.traffic,
      owner: NONE,
      serviceUs: child.serviceUs,
      end: WorkEnd.ok,
      calledUs: this.parts.calendar.nowUs,
      startTimeoutUs: Number.POSITIVE_INFINITY,
      isRepeat: false,
      errand: CHILD_ERRAND,
      terms: null,
    });
    if (made === null || !made.isOpen) {
      // Its key is refused: there will be no child to wait for.
      request.strays--;
      request.child = ChildState.ended;
      return false;
    }
    made.parent = request;
    this.parts.history.record(HistoryKind.childAwaited, request.number, made.number, givesSlotBack ? 1 : 0);
    return true;
  }

  /** A result is to be delivered. */
  deliver(request: Request): void {
    // Its end was told twice: one delivery is under way.
    if (this.deliveries.has(request.number)) return;
    request.strays++;
    this.deliveries.set(request.number, 0);
    this.tryDelivery(request);
  }

  /** One more try. */
  tryDelivery(request: Request): void {
    const { calendar, history, policy } = this.parts;
    const attempt = (this.deliveries.get(request.number) ?? 0) + 1;
    this.deliveries.set(request.number, attempt);
    const isUp = calendar.nowUs >= request.account.webhookDownUntilUs;
    history.record(HistoryKind.webhookSent, request.number, isUp ? 1 : 0, attempt);
    if (!isUp && attempt < MOST_DELIVERIES) {
      calendar.scheduleIn(backoffDelayUs(policy.retryBackoff, attempt, 0), eventKey(EventKind.webhook, request.number));
      return;
    }
    this.deliveries.delete(request.number);
    request.strays--;
    this.watcher.webhookOver(request);
    this.watcher.letGo(request);
  }
}
