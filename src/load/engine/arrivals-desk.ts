import type { CallDesk } from '../../sim/call-maker.js';
import type { CallOrder } from '../../sim/open-calls.js';
import { hintedEnd, type Workload } from '../workload.js';
import type { CallTerms } from './live-call.js';
import type { PaceMeter } from './pace-meter.js';
import type { Share } from './share.js';

/** Takes the calls of all flows, and hands on those of this process. */
export class ArrivalsDesk implements CallDesk {
  workload!: Workload;
  readonly #counts: number[] = [];
  #ordinals = 0;

  /** @param onCall begins it */
  constructor(
    private readonly share: Share,
    private readonly meter: PaceMeter,
    private readonly onCall: (order: CallOrder, terms: CallTerms) => void,
    private readonly onDrop: (traffic: CallTerms['traffic']) => void,
  ) {}

  begin(order: CallOrder): void {
    // Counted whoever makes the call: the simulator keys the jitter of its retries by this.
    const ordinal = order.call === 'submit' ? 0 : ++this.#ordinals;
    if (!this.#isOurs()) return;
    this.meter.planned++;
    this.onCall(order, {
      traffic: this.workload.classOf(order.traffic),
      sdk: order.sdk,
      ordinal,
      plannedUs: this.workload.calendar.nowUs,
      serviceUs: order.serviceUs,
      end: hintedEnd(order.end),
      startTimeoutUs: order.startTimeoutUs,
      clientTimeoutUs: order.clientTimeoutUs,
      patienceUs: order.patienceUs,
      watcher: order.watcher,
    });
  }

  drop(traffic: number): void {
    if (!this.#isOurs()) return;
    this.meter.planned++;
    this.meter.dropped++;
    this.onDrop(this.workload.classOf(traffic));
  }

  #isOurs(): boolean {
    const flow = this.workload.arriving;
    const ordinal = this.#counts[flow] ?? 0;
    this.#counts[flow] = ordinal + 1;
    return this.share.has(flow, ordinal);
  }
}
