import { Outcome } from '../core/history.js';
import type { MetricSet } from './metric-set.js';
import { OUTCOME_TAGS, outcomeIndex } from './metrics.js';
import type { TaggedSets } from './tagged-sets.js';
import { type LeaseTrace, type Orphan, Phase, type PlatformView, type RequestTrace } from './traces.js';

const NONE = -1;

/** US dollars a successful request costs, by endpoint; `priceOfOthers` for those that only a trace names. */
export interface Prices {
  readonly pricesUsd: Readonly<Record<string, number>>;
  readonly priceOfOthersUsd: number;
}

/** What calls and requests do to the metrics: in total, and for each of the tags that somebody asked for. */
export class RequestMetrics {
  /** By endpoint number, as far as it was asked for. */
  private readonly prices: number[] = [];

  constructor(
    private readonly view: PlatformView,
    private readonly sets: TaggedSets,
    private readonly priceList: Prices,
  ) {}

  callBegan(traffic: number): void {
    for (const set of this.sets.of(traffic)) set.calls++;
  }

  callRetried(traffic: number): void {
    for (const set of this.sets.of(traffic)) set.clientRetries++;
  }

  callEnded(traffic: number, outcome: Outcome, attempts: number, elapsedUs: number): void {
    const isSubmit = this.sets.isSubmit(traffic);
    for (const set of this.sets.of(traffic)) {
      // A `submit` that is turned away never shows up as a request: this is its beginning and its end.
      if (isSubmit) set.calls++;
      set.attemptsPerCall.record(attempts);
      if (outcome === Outcome.gaveUp) set.gaveUp++;
      countEnd(set, outcome, elapsedUs);
    }
  }

  zombiePolls(traffic: number, polls: number): void {
    for (const set of this.sets.of(traffic)) set.zombiePolls += polls;
  }

  iterationDropped(traffic: number): void {
    for (const set of this.sets.of(traffic)) set.droppedIterations++;
  }

  refused(traffic: number, byLimit: boolean): void {
    for (const set of this.sets.of(traffic)) {
      set.refused++;
      if (byLimit) set.http429++;
    }
  }

  accepted({ sets, isSubmit }: RequestTrace): void {
    for (const set of sets) {
      if (isSubmit) {
        set.calls++;
        set.submits++;
      }
      set.accepted++;
    }
  }

  requeued({ sets }: RequestTrace): void {
    for (const set of sets) set.requeues++;
  }

  granted({ sets }: RequestTrace): void {
    for (const set of sets) {
      set.leasesGranted++;
      set.inUse.change(1);
    }
  }

  released({ sets }: RequestTrace, { grantedUs }: LeaseTrace, wasOrphan: boolean): void {
    const heldUs = this.view.calendar.nowUs - grantedUs;
    for (const set of sets) {
      set.slotHold.record(heldUs);
      set.inUse.change(-1);
      if (wasOrphan) set.changeLeaked(-1);
    }
  }

  /** @param isFirst of this request @param isDuplicate earlier work of it still runs @param endsLeak its slot was kept without work until now */
  started({ sets, request }: RequestTrace, isFirst: boolean, overtaken: boolean, isDuplicate: boolean, endsLeak: boolean): void {
    const waitedUs = this.view.calendar.nowUs - request.calledUs;
    for (const set of sets) {
      set.starts++;
      if (endsLeak) set.changeLeaked(-1);
      if (isDuplicate) set.duplicates++;
      // A call that had begun to work and was lost has had its first start.
      if (!isFirst || request.isRepeat) continue;
      set.queueLatency.record(waitedUs);
      if (overtaken) set.bypassed++;
    }
  }

  ended({ sets, request, requeues, isSubmit }: RequestTrace, outcome: Outcome): void {
    const elapsedUs = this.view.calendar.nowUs - request.calledUs;
    const costUsd = outcome === Outcome.ok ? this.priceOf(request.endpoint.number) : 0;
    for (const set of sets) {
      if (requeues === 0) set.neverRequeued++;
      else set.requeuesPerRequest.record(requeues);
      if (outcome === Outcome.startTimeout) set.startTimeouts++;
      set.costUsd += costUsd;
      if (isSubmit) countEnd(set, outcome, elapsedUs);
    }
  }

  leakedSince({ lease, sinceUs }: Orphan): void {
    for (const set of lease.holder.sets) set.leakedSince(sinceUs);
  }

  /** Whoever holds a slot without work has a good reason from now on. */
  leakOver({ sets }: RequestTrace): void {
    for (const set of sets) set.changeLeaked(-1);
  }

  /** A slot is gone, but nobody gave it back. @param wasOrphan it had no work any more */
  forgotten({ sets }: RequestTrace, wasOrphan: boolean): void {
    for (const set of sets) {
      set.inUse.change(-1);
      if (wasOrphan) set.changeLeaked(-1);
    }
  }

  /** A slot is taken, but nobody granted it. */
  restored({ sets }: RequestTrace): void {
    for (const set of sets) set.inUse.change(1);
  }

  /** Earlier work of a request runs again beside another one. */
  duplicated({ sets }: RequestTrace): void {
    for (const set of sets) set.duplicates++;
  }

  /** Work computes without a lease, or does so no more. */
  unleasedChanged({ sets }: RequestTrace, by: 1 | -1): void {
    for (const set of sets) set.unleased.change(by);
  }

  /** The warm-up is over. Requests that are open now count among those that come afterwards, for they will end among them. */
  beginAt(atUs: number, requests: readonly RequestTrace[]): void {
    for (const set of this.sets.all) set.beginAt(atUs);
    for (const { isOpen, sets, executions, isSubmit } of requests) {
      if (!isOpen) continue;
      for (const set of sets) {
        set.accepted++;
        set.starts += executions;
        if (isSubmit) set.submits++;
      }
    }
  }

  /** The run is over. Requests that have not ended are counted where they stand, never dropped. */
  close(requests: readonly RequestTrace[]): void {
    for (const trace of requests) if (trace.isOpen) countOpen(trace);
    for (const set of this.sets.all) {
      // What is left are calls between two attempts, or before the poll that would tell them: their clients wait.
      set.outcomes[OUTCOME_TAGS.indexOf('waiting')] = set.outcome('waiting') + set.calls - set.outcomes.reduce((sum, count) => sum + count, 0);
      set.close();
    }
  }

  private priceOf(endpoint: number): number {
    return this.prices[endpoint] ?? this.lookUpPrice(endpoint);
  }

  private lookUpPrice(endpoint: number): number {
    const { pricesUsd, priceOfOthersUsd } = this.priceList;
    for (const { name } of this.view.endpoints.slice(this.prices.length))
      this.prices.push(Object.hasOwn(pricesUsd, name) ? (pricesUsd[name] as number) : priceOfOthersUsd);
    return this.prices[endpoint] as number;
  }
}

function countOpen(trace: RequestTrace): void {
  const lost = trace.phase === Phase.working && trace.executions === 0 && trace.notes.child?.isOpen !== true;
  const where = trace.phase === Phase.queued ? 'waiting' : lost ? 'lost' : 'in_progress';
  // A call that has ended (its key died, its client gave up) is counted already; its request is an orphan.
  const counts = trace.isSubmit || trace.request.owner !== NONE;
  for (const set of trace.sets) {
    if (lost) set.lost++;
    if (counts) bump(set.outcomes, OUTCOME_TAGS.indexOf(where));
  }
}

function countEnd(set: MetricSet, outcome: Outcome, elapsedUs: number): void {
  bump(set.outcomes, outcomeIndex(outcome));
  if (outcome === Outcome.ok) set.timeToResult.record(elapsedUs);
}

function bump(counts: Float64Array, index: number): void {
  counts[index] = (counts[index] as number) + 1;
}
