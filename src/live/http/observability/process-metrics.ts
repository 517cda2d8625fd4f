import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';

const NS_PER_SECOND = 1e9;
const US_PER_SECOND = 1e6;
const RESOLUTION_MS = 20;
const QUANTILES = [0.5, 0.9, 0.99] as const;

/** The process and its event loop. Watches the loop from `start` to `stop`, so that a closed server leaves nothing behind. */
export class ProcessMetrics {
  private readonly loopDelay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private readonly lag: Gauge<'quantile'>;
  private readonly memory: Gauge;
  private readonly heap: Gauge;
  private readonly cpu: Gauge;
  private readonly started: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.lag = new Gauge({
      name: 'slotstorm_event_loop_lag_seconds',
      help: 'How late the event loop was since the last look, wall time.',
      labelNames: ['quantile'],
      registers,
    });
    this.memory = new Gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory size in bytes.', registers });
    this.heap = new Gauge({ name: 'nodejs_heap_size_used_bytes', help: 'Heap in use in bytes.', registers });
    this.cpu = new Gauge({ name: 'process_cpu_seconds_total', help: 'Total user and system CPU time spent in seconds.', registers });
    this.started = new Gauge({ name: 'process_start_time_seconds', help: 'Start time of the process since unix epoch in seconds.', registers });
  }

  start(): void {
    this.loopDelay.enable();
  }

  stop(): void {
    this.loopDelay.disable();
  }

  collect(): void {
    for (const quantile of QUANTILES) this.lag.set({ quantile: String(quantile) }, this.lagSeconds(quantile));
    this.loopDelay.reset();
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    this.memory.set(rss);
    this.heap.set(heapUsed);
    this.cpu.set((user + system) / US_PER_SECOND);
    this.started.set(Math.round(Date.now() / 1000 - process.uptime()));
  }

  /** The histogram measures whole turns of its own timer, which is late by what is above its period. */
  private lagSeconds(quantile: number): number {
    const turn = this.loopDelay.percentile(quantile * 100) / NS_PER_SECOND;
    return Math.max(0, turn - RESOLUTION_MS / 1000);
  }
}
