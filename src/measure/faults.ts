import { HistoryKind } from '../core/history.js';
import type { Policy } from '../core/policy.js';
import { US_PER_SECOND } from '../core/time.js';

/** A step of the run, scripted or drawn, as far as its effect lasts. All in µs. */
export interface FaultStep {
  readonly do: string;
  /** How long it lasts; undefined: it is over at once. */
  readonly forUs?: number | undefined;
  /** How late it makes messages. */
  readonly delayUs?: number | undefined;
  readonly byUs?: number | undefined;
  /** The share of the messages that overtake others. */
  readonly reorder?: number | undefined;
  /** How many times longer work takes, and where. */
  readonly factor?: number | undefined;
  readonly endpoint?: string | undefined;
}

/**
 * Which faults are active, and when the last one was over: before that no liveness law may speak. Cuts, disturbed links
 * and slow runners last from their step to `faultOver`; parts are down and runners paused until the history says that
 * they are back; everything else is over at once.
 */
export class FaultWatch {
  /** The end of the last fault that is over; in the future for a message that is still to arrive. */
  endedUs = Number.NEGATIVE_INFINITY;
  /** How many there were. */
  count = 0;
  /** After the store was lost: until when nobody is admitted, or every old lease has run out. */
  storeDeniesUntilUs = Number.NEGATIVE_INFINITY;
  /** When a part, the slot store or a clock was struck last: that may touch every request. Infinity: it still is. */
  struckUs = Number.NEGATIVE_INFINITY;
  private readonly wrongClocks = new Set<number>();
  /** Whether the work of some runner was made to never end. */
  hung = false;
  private readonly lasting = new Set<string>();
  private readonly longestDelayUs: number;
  private readonly denyUs: number;

  constructor(
    private readonly clock: { readonly nowUs: number },
    policy: Policy,
    private readonly steps: readonly FaultStep[],
  ) {
    this.longestDelayUs = Math.max(0, ...steps.map(delayOf));
    const { lease, afterStoreLoss } = policy;
    this.denyUs = afterStoreLoss === 'deny-one-lease' && lease !== undefined ? lease.ttlUs + lease.reapEveryUs : 0;
  }

  get isActive(): boolean {
    return this.lasting.size > 0;
  }

  /** From when on a grace period counts: the event itself, or the end of the last fault. Infinity while one is active. */
  countsFromUs(eventUs: number): number {
    return this.isActive ? Number.POSITIVE_INFINITY : Math.max(eventUs, this.endedUs);
  }

  /** How many times longer the work of an endpoint may take. */
  slowestFactor(endpoint: string): number {
    const slow = this.steps.filter((step) => step.do === 'slow-runner' && step.endpoint === endpoint);
    // Whoever drives the platform by hand says of no step how slow it makes a runner.
    return slow.length === 0 ? Number.POSITIVE_INFINITY : Math.max(1, ...slow.map((step) => step.factor ?? Number.POSITIVE_INFINITY));
  }

  /** @param id @param a @param b as documented at the kind */
  record(kind: HistoryKind, id: number, a: number): void {
    switch (kind) {
      case HistoryKind.step:
        this.stepDone(id);
        return;
      case HistoryKind.faultOver:
        this.isOver(`step ${id}`);
        return;
      case HistoryKind.partDown:
        this.begins(`part ${id}`);
        this.struckUs = Math.max(this.struckUs, this.clock.nowUs);
        return;
      case HistoryKind.partUp:
        this.isOver(`part ${id}`);
        this.struckUs = Math.max(this.struckUs, this.clock.nowUs);
        return;
      case HistoryKind.runnerPaused:
        this.begins(`runner ${a}`);
        return;
      case HistoryKind.runnerResumed:
        this.isOver(`runner ${a}`);
        return;
      case HistoryKind.runnerCrashed:
        this.isOver(`runner ${a}`);
        return;
      case HistoryKind.runnerGone:
        // A pool that shrinks is no fault; a paused runner that is taken down is one no longer.
        if (this.lasting.has(`runner ${a}`)) this.isOver(`runner ${a}`);
        return;
      case HistoryKind.messageDelayed:
        this.happened(this.longestDelayUs);
        return;
      case HistoryKind.storeLost:
        this.happened(this.denyUs);
        this.struckUs = Math.max(this.struckUs, this.clock.nowUs);
        this.storeDeniesUntilUs = this.clock.nowUs + this.denyUs;
        return;
      case HistoryKind.runnerHung:
        this.hung = true;
        this.happened(0);
        return;
      case HistoryKind.clockSkewed:
        this.happened(0);
        this.clockSkewed(id, a);
        return;
      case HistoryKind.messageLost:
      case HistoryKind.messageDuplicated:
      case HistoryKind.runnerSlowed:
      case HistoryKind.accountRenamed:
        this.happened(0);
        return;
      default:
    }
  }

  /** A clock stays wrong until somebody sets it right. */
  private clockSkewed(part: number, skewMs: number): void {
    if (skewMs === 0) this.wrongClocks.delete(part);
    else this.wrongClocks.add(part);
    this.struckUs = this.wrongClocks.size > 0 ? Number.POSITIVE_INFINITY : this.clock.nowUs;
  }

  private stepDone(index: number): void {
    const step = this.steps[index];
    // Of a crash the part itself tells when it is down and up: it may come much later.
    if (step?.forUs !== undefined && step.do !== 'crash') this.begins(`step ${index}`);
  }

  private begins(what: string): void {
    this.count++;
    this.lasting.add(what);
  }

  private isOver(what: string): void {
    this.lasting.delete(what);
    this.happened(0);
  }

  private happened(lastsUs: number): void {
    this.count++;
    this.endedUs = Math.max(this.endedUs, this.clock.nowUs + lastsUs);
  }
}

/** A message that is overtaken comes up to a second late. */
function delayOf(step: FaultStep): number {
  const overtakenUs = (step.reorder ?? 0) > 0 ? US_PER_SECOND : 0;
  return Math.max(step.delayUs ?? 0, step.do === 'delay' ? (step.byUs ?? 0) : 0) + overtakenUs;
}
