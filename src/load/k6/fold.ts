import type { Histogram } from 'hdr-histogram-js';
import { build as buildHistogram } from 'hdr-histogram-js';
import type { Outcome } from '../../core/history.js';
import type { CallRecord, ClientSink } from '../../measure/client-calls.js';
import { GUN_NAME, type PlayFlow, type PlayTarget, type Telling, TOLD } from './play.js';
import type { Sample } from './samples.js';

const DIGITS = 3;
const LONGEST_US = 3_600_000_000;
/** Reasons that are shown; the others are counted. */
const MOST_REASONS = 3;
const RECORDS_AT_ONCE = 500;

/** What k6's samples say of a run, put together: calls go to the sink as they are read. */
export class SampleFold {
  /** Calls that were sent. */
  sent = 0;
  /** By `maxVUs`. */
  dropped = 0;
  /** Dropped by k6 itself: none of its virtual users was free. */
  droppedByK6 = 0;
  httpRequests = 0;
  iterations = 0;
  /** Iterations that threw. */
  thrown = 0;
  /** Iterations that found nothing to do. */
  idle = 0;
  /** Processes that have told their last sample. */
  ends = 0;
  readonly reasons: string[] = [];
  /** Wall µs. */
  readonly sendErrorUs: Histogram = histogram();
  readonly httpUs: Histogram = histogram();
  /** Calls that have told their end. */
  over = 0;
  private readonly open = new Map<string, Telling>();
  private batch: CallRecord[] = [];

  constructor(
    private readonly terms: { readonly flows: readonly PlayFlow[]; readonly targets: readonly PlayTarget[]; readonly speed: number },
    private readonly sink: ClientSink,
  ) {}

  /** Iterations of which the script has told something. */
  get told(): number {
    return this.over + this.dropped + this.idle + this.thrown;
  }

  take(sample: Sample): void {
    switch (sample.metric) {
      case TOLD.call:
        this.callOver(tellingOf(sample));
        return;
      case TOLD.open:
        this.stillOpen(tellingOf(sample));
        return;
      case TOLD.dropped:
        this.callDropped(tellingOf(sample));
        return;
      case TOLD.zombiePolls:
        this.sink.zombiePolls(this.trafficOf(tellingOf(sample)), sample.value);
        return;
      case TOLD.broken:
        this.iterationThrew(tellingOf(sample));
        return;
      case TOLD.idle:
        this.idle += sample.value;
        return;
      case TOLD.end:
        this.ends++;
        return;
      case 'iterations':
        this.iterations += sample.value;
        return;
      case 'dropped_iterations':
        this.droppedByK6 += sample.value;
        return;
      case 'http_req_duration':
        this.httpRequest(sample);
        return;
    }
  }

  /** No sample comes any more: calls that never said how they ended are told as they stood. */
  finish(): void {
    for (const telling of this.open.values()) this.tell(telling);
    this.open.clear();
    this.flush();
  }

  private callOver(telling: Telling): void {
    this.over++;
    this.open.delete(nameOf(telling));
    this.tell(telling);
  }

  private stillOpen(telling: Telling): void {
    this.open.set(nameOf(telling), telling);
  }

  private tell(telling: Telling): void {
    this.sent++;
    this.sendErrorUs.recordValue(Math.min(LONGEST_US, Math.max(0, Math.round((telling.sentUs - telling.plannedUs) / this.terms.speed))));
    this.batch.push(this.recordOf(telling));
    if (this.batch.length >= RECORDS_AT_ONCE) this.flush();
  }

  private flush(): void {
    if (this.batch.length > 0) this.sink.calls(this.batch);
    this.batch = [];
  }

  private callDropped(telling: Telling): void {
    this.dropped++;
    this.sink.dropped(this.trafficOf(telling), 1);
  }

  private iterationThrew({ trouble }: Telling): void {
    this.thrown++;
    const reason = trouble ?? 'nothing was said';
    if (this.reasons.length < MOST_REASONS && !this.reasons.includes(reason)) this.reasons.push(reason);
  }

  private httpRequest({ name, value }: Sample): void {
    if (name === GUN_NAME) return;
    this.httpRequests++;
    this.httpUs.recordValue(Math.min(LONGEST_US, Math.max(0, Math.round(value * 1000))));
  }

  private recordOf(telling: Telling): CallRecord {
    const { plannedUs, sentUs, acceptedUs, attempts, refusals, polls, queueLatencyUs, elapsedUs, outcome, requestId, trouble } = telling;
    return {
      ...this.trafficOf(telling),
      plannedUs,
      sentUs,
      acceptedUs: acceptedUs ?? undefined,
      attempts,
      refusals,
      polls,
      queueLatencyUs: queueLatencyUs ?? undefined,
      elapsedUs: elapsedUs ?? undefined,
      outcome: outcome as Outcome | 0,
      requestId: requestId ?? undefined,
      trouble: trouble ?? undefined,
    };
  }

  private trafficOf({ flow, target }: Telling): Pick<CallRecord, 'account' | 'key' | 'endpoint' | 'mode'> {
    const { account, key, endpoint } = this.terms.targets[target] as PlayTarget;
    return { account, key, endpoint, mode: (this.terms.flows[flow] as PlayFlow).mode };
  }
}

/** A closed loop may make the same drawn call again: it is another one by its time. */
function nameOf({ flow, call, plannedUs }: Telling): string {
  return `${flow}/${call}/${plannedUs}`;
}

function tellingOf({ metric, telling }: Sample): Telling {
  if (telling !== undefined) return telling;
  throw new Error(`expected every sample of ${metric} to say what it is about`);
}

function histogram(): Histogram {
  return buildHistogram({ lowestDiscernibleValue: 1, highestTrackableValue: LONGEST_US, numberOfSignificantValueDigits: DIGITS });
}
