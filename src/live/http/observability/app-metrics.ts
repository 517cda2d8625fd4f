import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { US_PER_SECOND } from '../../../core/time.js';
import type { LiveRequest } from '../../world/live-request.js';
import type { EndpointView, LiveWorld } from '../../world/live-world.js';
import { AppLabels } from './app-labels.js';
import { OpenRequests } from './open-requests.js';
import { Tally } from './tally.js';

/** The emulator has no machines. */
const MACHINE_TYPE = 'emulated';
/** What a runner is sent, whatever its caller used. */
const METHOD = 'POST';
/** Seconds, virtual: from handing in to the end. */
const LATENCY_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120, 300, 600, 1800, 3600];

/** What fal exports of apps, under fal's names (`GET /serverless/metrics`). Gauges are read when they are asked for. */
export class AppMetrics {
  private readonly labels: AppLabels;
  private readonly open = new OpenRequests((request) => this.ended(request));
  /** Accepted, by application. */
  private readonly acceptances = new Tally();
  /** Ended, by status, a space, and application. */
  private readonly endings = new Tally();
  private readonly received: Counter<'application'>;
  private readonly completed: Counter<'application' | 'method' | 'status'>;
  private readonly latency: Histogram<'application'>;
  private readonly runners: Gauge<'application' | 'state' | 'machine_type'>;
  private readonly queueSize: Gauge<'application'>;
  private readonly concurrent: Gauge<'application'>;

  constructor(
    registry: Registry,
    private readonly world: Pick<LiveWorld, 'find' | 'endpoints'>,
  ) {
    const registers = [registry];
    const labelNames = ['application'] as const;
    this.labels = new AppLabels(world.endpoints());
    this.received = new Counter({ name: 'fal_app_requests_received', help: 'Requests accepted.', labelNames, registers });
    this.completed = new Counter({
      name: 'fal_app_requests_completed',
      help: 'Requests that have ended, by the status of their answer.',
      labelNames: ['application', 'method', 'status'],
      registers,
    });
    this.latency = new Histogram({
      name: 'fal_app_request_latency',
      help: 'Seconds of virtual time from accepting a request to its end.',
      labelNames,
      buckets: LATENCY_BUCKETS,
      registers,
    });
    this.runners = new Gauge({ name: 'fal_app_runners', help: 'Runners by state.', labelNames: ['application', 'state', 'machine_type'], registers });
    this.queueSize = new Gauge({ name: 'fal_app_queue_size', help: 'Requests that wait.', labelNames, registers });
    this.concurrent = new Gauge({ name: 'fal_app_concurrent_requests', help: 'Requests in progress.', labelNames, registers });
  }

  /** @param id of a request that has just been answered, accepted or done */
  accepted(id: string): void {
    const request = this.world.find(id);
    if (request === undefined) return;
    this.acceptances.add(this.labels.labelOf(request.endpoint));
    this.open.add(request);
  }

  /** Brings everything up to now. */
  collect(): void {
    this.open.sweep();
    this.collectTallies();
    this.runners.reset();
    this.queueSize.reset();
    this.concurrent.reset();
    for (const endpoint of this.world.endpoints()) this.collectOne(endpoint);
  }

  private collectTallies(): void {
    this.received.reset();
    for (const [application, count] of this.acceptances.entries()) this.received.inc({ application }, count);
    this.completed.reset();
    for (const [name, count] of this.endings.entries()) {
      const space = name.indexOf(' ');
      this.completed.inc({ application: name.slice(space + 1), method: METHOD, status: name.slice(0, space) }, count);
    }
  }

  private collectOne({ endpoint, queued, inProgress, runners }: EndpointView): void {
    const application = this.labels.labelOf(endpoint);
    this.queueSize.inc({ application }, queued);
    this.concurrent.inc({ application }, inProgress);
    for (const state of ['idle', 'running', 'pending'] as const) this.runners.inc({ application, state, machine_type: MACHINE_TYPE }, runners[state]);
  }

  private ended({ endpoint, answer, endedUs, submittedUs }: LiveRequest): void {
    const application = this.labels.labelOf(endpoint);
    this.endings.add(`${answer?.status ?? 'unknown'} ${application}`);
    if (endedUs !== undefined) this.latency.observe({ application }, (endedUs - submittedUs) / US_PER_SECOND);
  }
}
