import { US_PER_MS } from '../../core/time.js';
import type { CallDesk } from '../../sim/call-maker.js';
import type { TraceSource } from '../../sim/trace.js';
import type { ShooterOrder } from '../shooter.js';
import { Workload } from '../workload.js';
import { Share } from './share.js';

/** Wall ms from the beginning of the load: what comes later finds connections that earlier calls have opened. */
const FIRST_MS = 50;
/** A stranger's server is not to be held by connections. For each purpose. */
const MOST = 512;

/** Calls of a process that come as soon as the load begins, before any answer has come back. */
export interface FirstWave {
  readonly direct: number;
  readonly queued: number;
}

export function firstWave({ scenario, seed, speed, process, processes }: ShooterOrder, traceSource: TraceSource): FirstWave {
  const counter = new WaveCounter(new Share(scenario, process, processes));
  const workload = new Workload(scenario, seed, traceSource, counter);
  counter.workload = workload;
  while (workload.nextUs <= FIRST_MS * US_PER_MS * speed && counter.direct + counter.queued < 2 * MOST) workload.arrive();
  return { direct: Math.min(MOST, counter.direct), queued: Math.min(MOST, counter.queued) };
}

class WaveCounter implements CallDesk {
  workload!: Workload;
  direct = 0;
  queued = 0;
  readonly #counts: number[] = [];

  constructor(private readonly share: Share) {}

  begin({ call }: Parameters<CallDesk['begin']>[0]): void {
    const flow = this.workload.arriving;
    const ordinal = this.#counts[flow] ?? 0;
    this.#counts[flow] = ordinal + 1;
    if (!this.share.has(flow, ordinal)) return;
    if (call === 'run') this.direct++;
    else this.queued++;
  }

  drop(): void {}
}
