import { SEEDS } from '../acceptance.js';
import { digits, table, withError } from '../document/numbers.js';
import type { DocumentSection } from '../document/section.js';
import {
  type Comparison,
  compareTimeouts,
  compareWaiting,
  LIMITS,
  LOADS,
  LOADS_WITH_TIMEOUT,
  SERVICE_SECONDS,
  START_TIMEOUT_SECONDS,
  type TimeoutComparison,
} from './comparison.js';
import { drawWaits } from './figure.js';

const FIGURE = 'backoff-waits.svg';
const PERCENT = 100;

/** What the documented requeue with backoff does to waits, compared with first come, first served. */
export class BackoffSection implements DocumentSection {
  readonly heading = 'What requeueing with backoff does to waits';
  private waiting: readonly Comparison[] | undefined;
  private timeouts: readonly TimeoutComparison[] | undefined;

  /** Run once. */
  get comparisons(): readonly Comparison[] {
    this.waiting ??= LIMITS.flatMap((limit) => LOADS.map((load) => compareWaiting(limit, load)));
    return this.waiting;
  }

  /** Run once. */
  get timeoutComparisons(): readonly TimeoutComparison[] {
    this.timeouts ??= LIMITS.flatMap((limit) => LOADS_WITH_TIMEOUT.map((load) => compareTimeouts(limit, load)));
    return this.timeouts;
  }

  figure(): string {
    return drawWaits(this.comparisons);
  }

  text(): string {
    return [
      `## ${this.heading}`,
      introduction(),
      `![Mean wait and idle slots by load](${FIGURE})`,
      this.waitTable(),
      this.findings(),
      this.timeoutTable(),
    ].join('\n\n');
  }

  private waitTable(): string {
    const rows = this.comparisons.map(({ limit, load, exactWait, extraWait, summary: { fifo, backoff } }) => [
      String(limit),
      String(load),
      digits(exactWait),
      withError(fifo.meanWait),
      withError(backoff.meanWait),
      withError(extraWait),
      withError(fifo.p95),
      withError(backoff.p95),
      withError(backoff.idleBesideQueue, PERCENT),
      withError(backoff.bypassed, PERCENT),
      withError(backoff.requeues),
    ]);
    const header = [
      'limit',
      'load',
      'mean wait, Erlang C',
      'fifo',
      'backoff',
      'backoff − fifo',
      'p95, fifo',
      'backoff',
      'idle slot-time, %',
      'bypassed, %',
      'requeues a request',
    ];
    return table(header, rows);
  }

  private findings(): string {
    const at = (limit: number, load: number): Comparison => this.comparisons.find((one) => one.limit === limit && one.load === load) as Comparison;
    const times = ({ summary }: Comparison): string => (summary.backoff.meanWait.mean / summary.fifo.meanWait.mean).toPrecision(2);
    const small = at(2, 0.85);
    const large = at(40, 0.85);
    return [
      '- **Slots stand idle while requests sleep.** A freed slot stays free until somebody wakes or a new request comes. The column "idle slot-time" is the share',
      '  of all slot-time that is lost so; under `fifo` it is 0. The work gets done in the end, for a longer queue knocks more often, but the queue must first be longer.',
      '  So the share peaks at a middling load: where few sleep, nobody misses the slot; where many do, one of them soon asks.',
      `- **Small limits suffer most.** At a load of 0.85 the mean wait is ${times(small)} times that of \`fifo\` with a limit of 2, and ${times(large)} times with a limit of 40: where`,
      '  more slots free themselves and more requests come, a free slot is found sooner.',
      '- **Order is lost.** A new request asks at once, so it overtakes those that sleep; the longer one has waited, the longer it sleeps. "Bypassed" counts requests',
      '  that started after a later one of the same account and endpoint.',
      '- **Waits come in steps**: 1, 3, 7, 15, 31, 63 s, then every 60 s, which is why the spread between seeds is 0 at some percentiles.',
    ].join('\n');
  }

  private timeoutTable(): string {
    const rows = this.timeoutComparisons.map(({ limit, load, exact, timedOut: { fifo, backoff } }) => [
      String(limit),
      String(load),
      digits(exact * PERCENT),
      withError(fifo, PERCENT),
      withError(backoff, PERCENT),
    ]);
    return [
      `The same with a \`start_timeout\` of ${START_TIMEOUT_SECONDS} s. Share of requests that time out, in %:`,
      table(['limit', 'load', 'fifo, by theory (M/M/c+D)', 'fifo', 'backoff'], rows),
    ].join('\n\n');
  }
}

function introduction(): string {
  return [
    `\`fal-documented\` puts a request that finds the limit reached to sleep for 1 s, then 2, 4, … up to 60 s, and lets it ask again. (fal documents exponential`,
    'backoff without values; the curve is our assumption, see [model.md](model.md).) No textbook queue describes this: slots stand idle beside requests that sleep,',
    `and the order is not that of arrival. So it is compared with the same policy but \`waiting: fifo\`: one account, Poisson arrivals, exponential service of ${SERVICE_SECONDS} s`,
    `on average, ${SEEDS.length} seeds, and for each seed the very same arrivals and service times under both (common random numbers). Waits are in seconds, ± one standard error.`,
    'Runs begin empty, so the longest waits, at a load of 0.95, are still a little short of their final values.',
  ].join('\n');
}
