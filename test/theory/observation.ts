import { Purpose, RandomStream } from '../../src/core/random.js';
import type { MetricSet } from '../../src/measure/metric-set.js';
import type { OutcomeTag } from '../../src/measure/metrics.js';
import { Recorder, type Recording } from '../../src/measure/recorder.js';
import type { PreparedVariant } from '../../src/prepare.js';
import { Simulation } from '../../src/sim/simulation.js';
import { QueueObserver } from './observer.js';
import { type QueueSetting, UNIT_US, variantOf } from './setting.js';

const EVENTS_A_SLICE = 1_000_000;

/** Runs a textbook queue on the real platform: the same scenario, simulation and recorder that `slotstorm run` uses. */
export function observe(setting: QueueSetting, requests: number, seed: number): Observation {
  return observeVariant(variantOf(setting, requests), setting, requests, seed);
}

/** @param setting what of the variant the observation is read with */
export function observeVariant(variant: PreparedVariant, setting: QueueSetting, requests: number, seed: number): Observation {
  const { scenario } = variant;
  const recorder = new Recorder({
    policy: scenario.platform.policy,
    selectors: [],
    pricesUsd: {},
    priceOfOthersUsd: 0,
    evidence: false,
    accountTimelines: [],
    recoveryUs: scenario.recoveryUs,
  });
  const observer = new QueueObserver(recorder, setting.servers);
  const simulation = new Simulation(scenario, seed, observer, () => twoPartArrivals(setting.arrivals.rate, requests, seed));
  while (!simulation.advance(EVENTS_A_SLICE));
  return new Observation(setting, recorder.finish(), observer);
}

const ROWS_A_CHUNK = 1_000;

/** Gaps that are the sum of two exponential parts, as the text of a trace. */
function* twoPartArrivals(rate: number, rows: number, seed: number): Generator<string> {
  const random = new RandomStream(seed, Purpose.arrivals, 0);
  let atUs = 0;
  let chunk = 'seconds\n';
  for (let row = 1; row <= rows; row++) {
    atUs += Math.round(((random.exponential() + random.exponential()) / 2 / rate) * UNIT_US);
    chunk += `${Math.floor(atUs / 1e6)}.${String(atUs % 1e6).padStart(6, '0')}\n`;
    if (row % ROWS_A_CHUNK > 0) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

/** What one run showed, in the words of queueing theory. Times are in units of `UNIT_US`. */
export class Observation {
  private readonly total: MetricSet;

  constructor(
    private readonly setting: QueueSetting,
    private readonly recording: Recording,
    private readonly observer: QueueObserver,
  ) {
    this.total = recording.total;
  }

  /** Calls that came, whatever became of them; those included that a client dropped because it had too many open. */
  get calls(): number {
    return this.total.calls + this.total.droppedIterations;
  }

  /** Calls a unit of time, until load ended. */
  get throughput(): number {
    return (this.calls * UNIT_US) / this.observer.loadEndUs;
  }

  /** Share of the accepted requests whose work did not begin at once. */
  get shareWaiting(): number {
    return 1 - this.shareAtOnce;
  }

  get shareAtOnce(): number {
    const [shortest] = this.total.queueLatency.filled();
    return shortest === undefined || shortest[0] > 0 ? 0 : shortest[1] / this.total.accepted;
  }

  /** Share of the calls that did not get their result. */
  get shareLost(): number {
    return 1 - this.total.outcome('ok') / this.calls;
  }

  get meanWaitOfServed(): number {
    return this.total.queueLatency.mean() / UNIT_US;
  }

  /** Those who left the queue included. */
  get meanWaitOfAll(): number {
    return (this.total.queueLatency.sum + this.observer.waitedInVainUs) / this.total.accepted / UNIT_US;
  }

  /** Share of the served that waited longer than `t`, which must lie between two buckets of the histogram. */
  shareBeyond(t: number): number {
    const limitUs = t * UNIT_US;
    let beyond = 0;
    for (const [highestUs, requests] of this.total.queueLatency.filled()) if (highestUs >= limitUs) beyond += requests;
    return beyond / this.total.queueLatency.n;
  }

  /** Wait that the share `p` of the served did not exceed. */
  quantile(p: number): number {
    return this.total.queueLatency.quantile(p) / UNIT_US;
  }

  /** Share of the slot-time in use until load ended, as the report shows it. */
  get utilisation(): number {
    return this.total.loadSlotSeconds / this.total.loadLimitSeconds;
  }

  /** Time average until load ended. */
  get meanQueue(): number {
    return this.observer.atLoadEnd.queued / this.observer.loadEndUs;
  }

  /** Time average until load ended. */
  get meanInSystem(): number {
    const { queued, working } = this.observer.atLoadEnd;
    return (queued + working) / this.observer.loadEndUs;
  }

  /** Share of the time until load ended in which all servers were at work. */
  get shareAllBusy(): number {
    return this.observer.atLoadEnd.allBusy / this.observer.loadEndUs;
  }

  /** Share of the slot-time until load ended in which a slot stood idle and a request waited. */
  get shareIdleBesideQueue(): number {
    return this.observer.atLoadEnd.idleBesideQueue / (this.setting.servers * this.observer.loadEndUs);
  }

  get shareBypassed(): number {
    return this.total.bypassed / this.total.starts;
  }

  get requeuesPerRequest(): number {
    return this.total.requeues / this.total.accepted;
  }

  /** Identities and invariants that did not hold, in words. None is expected: they are exact, in whole µs. */
  get broken(): string[] {
    return [...this.identities().filter((line) => line !== ''), ...this.violations()];
  }

  private identities(): string[] {
    const { total, observer } = this;
    const { queued, working } = observer.areas;
    const outcome = (tag: OutcomeTag): number => total.outcome(tag);
    const lines = [
      same('requests left in the queue at the end', observer.queued, 0),
      same('requests left at work at the end', observer.working, 0),
      same('accepted requests, and those that ended', total.accepted, outcome('ok') + total.startTimeouts + outcome('cancelled')),
      same("Little's law for the queue: area under its length, and sum of the waits", queued, total.queueLatency.sum + observer.waitedInVainUs),
      same("Little's law for the servers: area under their number at work, and sum of the holds", working, total.slotHold.sum),
      same('slot-seconds, and sum of the holds', Math.round(total.inUse.integralSeconds * 1e6), total.slotHold.sum),
    ];
    const { startTimeout } = this.setting;
    if (startTimeout !== undefined)
      lines.push(same('waits in vain, and the timeout of each', observer.waitedInVainUs, total.startTimeouts * Math.round(startTimeout * UNIT_US)));
    // Whoever polls learns of a result later than it is there.
    if (this.setting.cancelAfter === undefined)
      lines.push(same("Little's law for the whole: area, and sum of the sojourns", queued + working, total.timeToResult.sum + observer.waitedInVainUs));
    return lines;
  }

  private violations(): string[] {
    return this.recording.invariants.filter((invariant) => invariant.state === 'violated').map((invariant) => `invariant ${invariant.id} was violated`);
  }
}

/** @returns what is wrong, or '' */
function same(what: string, left: number, right: number): string {
  return left === right ? '' : `${what}: ${left} and ${right} differ`;
}
