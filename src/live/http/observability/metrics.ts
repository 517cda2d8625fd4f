import { Counter, Gauge, Registry } from 'prom-client';
import { US_PER_SECOND } from '../../../core/time.js';
import type { LiveWorld } from '../../world/live-world.js';
import { AppMetrics } from './app-metrics.js';
import { ProcessMetrics } from './process-metrics.js';
import { Tally } from './tally.js';

/** Everything that `/metrics` says, in a registry of its own: several emulators may run in one process. No label holds an account's name. */
export class Metrics {
  readonly process: ProcessMetrics;
  readonly apps: AppMetrics;
  private readonly registry = new Registry();
  /** By class of status, 1xx to 5xx. */
  private readonly tallies = Array.from({ length: 6 }, () => new Tally());
  private readonly answers: Counter<'group' | 'status'>;
  private readonly inUse: Gauge;
  private readonly ghosts: Gauge;
  private readonly queued: Gauge;
  private readonly incidents: Gauge;
  private readonly clock: Gauge;
  private readonly speed: Gauge;

  constructor(private readonly world: LiveWorld) {
    const registers = [this.registry];
    this.apps = new AppMetrics(this.registry, world);
    this.answers = new Counter({
      name: 'slotstorm_http_answers_total',
      help: 'HTTP answers by the first part of the path and the class of the status.',
      labelNames: ['group', 'status'],
      registers,
    });
    this.inUse = new Gauge({ name: 'slotstorm_slots_in_use', help: 'Slots in use, all accounts.', registers });
    this.ghosts = new Gauge({ name: 'slotstorm_ghost_slots', help: 'Slots held by no live work, all accounts.', registers });
    this.queued = new Gauge({ name: 'slotstorm_queued_requests', help: 'Requests that wait, all accounts.', registers });
    this.incidents = new Gauge({ name: 'slotstorm_incidents', help: 'Faults at work now.', registers });
    this.clock = new Gauge({ name: 'slotstorm_virtual_time_seconds', help: 'The platform’s own clock.', registers });
    this.speed = new Gauge({ name: 'slotstorm_speed', help: 'Virtual seconds a wall second.', registers });
    this.process = new ProcessMetrics(this.registry);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** @param group see `groupOf` */
  answered(group: string, status: number): void {
    this.tallies[Math.floor(status / 100)]?.add(group);
  }

  /** In Prometheus' text format, as of now. */
  async text(): Promise<string> {
    const platform = this.world.platform();
    const nowUs = this.world.clock.nowUs();
    this.inUse.set(platform.inUse);
    this.ghosts.set(platform.ghosts);
    this.queued.set(platform.queued);
    this.incidents.set(platform.incidents.filter(({ atUs, untilUs }) => atUs <= nowUs && (untilUs === undefined || untilUs > nowUs)).length);
    this.clock.set(nowUs / US_PER_SECOND);
    this.speed.set(platform.speed);
    this.collectAnswers();
    this.apps.collect();
    this.process.collect();
    return this.registry.metrics();
  }

  private collectAnswers(): void {
    this.answers.reset();
    for (const [hundreds, tally] of this.tallies.entries()) {
      for (const [group, count] of tally.entries()) this.answers.inc({ group, status: `${hundreds}xx` }, count);
    }
  }
}

const GROUPS: ReadonlySet<string> = new Set([
  'run',
  'queue',
  'rest',
  'v1',
  'cdn',
  'nexa',
  'concurrency',
  'status',
  'sign-in',
  'sign-out',
  'metrics',
  'healthz',
  'openapi.json',
]);

/** The first part of a path if it is one of ours: labels must not grow with what callers make up. */
export function groupOf(url: string): string {
  const query = url.indexOf('?');
  const slash = url.indexOf('/', 1);
  const end = slash > 0 && (query < 0 || slash < query) ? slash : query < 0 ? url.length : query;
  const first = url.slice(1, end);
  return GROUPS.has(first) ? first : 'other';
}
