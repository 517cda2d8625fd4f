import type { RunnerPoolConfig } from '../core/runners.js';
import type { SlotTruth } from './slot-truth.js';
import { NO_EXECUTION, type PlatformView } from './traces.js';

/** A runner as the history tells it. */
interface RunnerTrace {
  endpoint: number;
  ready: boolean;
  paused: boolean;
  /** Executions on it. */
  load: number;
}

/** What is known of an endpoint's runners beforehand. */
export type RunnerTerms = Pick<RunnerPoolConfig, 'multiplexing' | 'max' | 'coldStartUs' | 'coldStarts'>;

const ONE_AT_A_TIME: RunnerTerms = { multiplexing: 1, max: 1, coldStartUs: 1 };

/** Which runners are there, and whether one of them could take more work. */
export class RunnerWatch {
  private readonly runners: RunnerTrace[] = [];
  /** By endpoint: places taken by slots whose work is still to begin. */
  private readonly promised: number[] = [];
  private readonly free: number[] = [];
  private readonly known: RunnerTerms[] = [];

  /** @param terms by endpoint name; of an endpoint that only a trace names those of the first one hold */
  constructor(
    private readonly view: PlatformView,
    private readonly terms: Readonly<Record<string, RunnerTerms>>,
  ) {}

  ready(endpoint: number, runner: number): void {
    const trace = this.at(endpoint, runner);
    trace.ready = true;
    trace.paused = false;
    this.count(trace, 1);
  }

  /** It was lost, or taken down. */
  gone(endpoint: number, runner: number): void {
    const trace = this.at(endpoint, runner);
    if (trace.ready && !trace.paused) this.count(trace, -1);
    trace.ready = false;
    trace.paused = false;
  }

  paused(endpoint: number, runner: number, isPaused: boolean): void {
    const trace = this.at(endpoint, runner);
    if (!trace.ready || trace.paused === isPaused) return;
    trace.paused = isPaused;
    this.count(trace, isPaused ? -1 : 1);
  }

  /** Work on a runner has begun or ended. */
  loadChanged(endpoint: number, runner: number, by: 1 | -1): void {
    const trace = this.at(endpoint, runner);
    trace.load += by;
    if (trace.ready && !trace.paused) this.free[endpoint] = (this.free[endpoint] ?? 0) - by;
  }

  /** A slot was granted whose work is still to begin, or that is over. */
  promiseChanged(endpoint: number, by: 1 | -1): void {
    this.promised[endpoint] = (this.promised[endpoint] ?? 0) + by;
  }

  /** Counts from scratch what nobody has counted while the run went on: places that are taken. */
  recount({ leases, book }: SlotTruth): void {
    for (const lease of leases) {
      if (!lease.live) continue;
      if (!lease.isBegun) this.promiseChanged(lease.holder.request.endpoint.number, 1);
      else if (lease.plainExecution !== NO_EXECUTION) this.loadChanged(lease.holder.request.endpoint.number, lease.plainRunner, 1);
    }
    for (const { live, request, runner } of book.all) if (live) this.loadChanged(request.request.endpoint.number, runner, 1);
  }

  /** Whether more work could begin there now. */
  hasIdlePlace(endpoint: number): boolean {
    const { max, coldStartUs, coldStarts } = this.termsOf(endpoint);
    // A pool without end and without cold start makes a runner on the spot.
    if (max === Number.POSITIVE_INFINITY && coldStartUs === 0 && coldStarts === undefined) return true;
    return (this.free[endpoint] ?? 0) > (this.promised[endpoint] ?? 0);
  }

  private at(endpoint: number, runner: number): RunnerTrace {
    let trace = this.runners[runner];
    if (trace === undefined) {
      trace = { endpoint, ready: false, paused: false, load: 0 };
      this.runners[runner] = trace;
    }
    return trace;
  }

  /** All its places come or go. */
  private count(trace: RunnerTrace, by: 1 | -1): void {
    const places = this.termsOf(trace.endpoint).multiplexing - trace.load;
    this.free[trace.endpoint] = (this.free[trace.endpoint] ?? 0) + by * places;
  }

  private termsOf(endpoint: number): RunnerTerms {
    return this.known[endpoint] ?? this.lookUp(endpoint);
  }

  private lookUp(endpoint: number): RunnerTerms {
    const { terms } = this;
    const name = this.view.endpoints[endpoint]?.name ?? '';
    const found = Object.hasOwn(terms, name) ? terms[name] : Object.values(terms)[0];
    this.known[endpoint] = found ?? ONE_AT_A_TIME;
    return this.known[endpoint];
  }
}
