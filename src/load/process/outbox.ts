import type { CallRecord, ClientSink } from '../../measure/client-calls.js';
import type { FromChild, Traffic, TrafficCount } from './messages.js';

/** So many records go into a message: a message costs about as much as a hundred of them. */
const MOST_RECORDS = 500;
/** Nothing is kept back longer than this. */
const KEPT_MS = 50;

/** Sends what clients saw to the parent, in batches. */
export class Outbox implements ClientSink {
  #calls: CallRecord[] = [];
  readonly #dropped = new TrafficCounts();
  readonly #zombiePolls = new TrafficCounts();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly send: (message: FromChild) => void) {}

  calls(records: readonly CallRecord[]): void {
    for (const record of records) this.#calls.push(record);
    if (this.#calls.length >= MOST_RECORDS) this.flush();
    else this.#sendSoon();
  }

  dropped(traffic: Traffic, count: number): void {
    this.#dropped.add(traffic, count);
    this.#sendSoon();
  }

  zombiePolls(traffic: Traffic, count: number): void {
    this.#zombiePolls.add(traffic, count);
    this.#sendSoon();
  }

  /** Sends what there is, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const calls = this.#calls;
    const dropped = this.#dropped.take();
    const zombiePolls = this.#zombiePolls.take();
    if (calls.length + dropped.length + zombiePolls.length === 0) return;
    this.#calls = [];
    this.send({ kind: 'heard', calls, dropped, zombiePolls });
  }

  #sendSoon(): void {
    this.#timer ??= setTimeout(() => this.flush(), KEPT_MS);
  }
}

class TrafficCounts {
  readonly #counts = new Map<string, { traffic: Traffic; count: number }>();

  add({ account, key, endpoint, mode }: Traffic, count: number): void {
    const id = JSON.stringify([account, key, endpoint, mode]);
    const entry = this.#counts.get(id);
    if (entry === undefined) this.#counts.set(id, { traffic: { account, key, endpoint, mode }, count });
    else entry.count += count;
  }

  take(): TrafficCount[] {
    const counts = [...this.#counts.values()];
    this.#counts.clear();
    return counts;
  }
}
