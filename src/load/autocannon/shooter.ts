import { WallClock } from '../engine/load-clock.js';
import { PaceMeter } from '../engine/pace-meter.js';
import { type Agenda, Pacer } from '../engine/pacer.js';
import type { MakeShooter, Shooter, ShotReport } from '../shooter.js';
import type { CannonResult } from './autocannon-types.js';
import type { Salvo } from './salvo.js';
import { Salvos } from './salvos.js';
import { assertTrusted } from './trusted.js';

/** autocannon, for bursts and for saturation: requests as fast as connections allow, and nothing else. */
export const makeAutocannonShooter: MakeShooter = async (order, sink, traceSource) => {
  const clock = new WallClock(order.speed);
  const meter = new PaceMeter();
  const salvos = new Salvos(order, { target: order.target, speed: order.speed, clock, meter, sink }, traceSource);
  const origins = new Set(salvos.all.map(({ terms }) => terms.origin));
  for (const origin of origins) await assertTrusted(origin, order.target);
  return new AutocannonShooter(salvos, clock, meter);
};

interface Task {
  readonly atUs: number;
  readonly perform: () => void;
}

class AutocannonShooter implements Shooter, Agenda {
  readonly isExact = true;
  readonly done: Promise<ShotReport>;
  private readonly pacer: Pacer;
  private readonly tasks: Task[];

  constructor(
    private readonly salvos: Salvos,
    private readonly clock: WallClock,
    private readonly meter: PaceMeter,
  ) {
    this.pacer = new Pacer(clock, this);
    this.tasks = salvos.all.flatMap(tasksOf).sort((one, other) => one.atUs - other.atUs);
    this.done = this.report();
  }

  get nextUs(): number {
    return this.tasks[0]?.atUs ?? Number.POSITIVE_INFINITY;
  }

  performNext(): void {
    this.tasks.shift()?.perform();
  }

  start(epochMs: number): void {
    this.clock.start(epochMs);
    this.meter.start();
    this.pacer.start();
  }

  stop(): void {
    this.pacer.stop();
    this.tasks.length = 0;
    for (const salvo of this.salvos.all) salvo.stop();
  }

  private async report(): Promise<ShotReport> {
    const results = await Promise.all(this.salvos.all.map(({ done }) => done));
    this.pacer.stop();
    const own = ownWords(results);
    return { tally: this.meter.stop(), broken: [], notes: [...this.salvos.notes, ...this.salvos.laterNotes(), ...own] };
  }
}

function tasksOf(salvo: Salvo): Task[] {
  const fire = { atUs: salvo.atUs, perform: () => salvo.fire() };
  return Number.isFinite(salvo.toUs) ? [fire, { atUs: salvo.toUs, perform: () => salvo.cease() }] : [fire];
}

/** What autocannon says of itself, which is less than what was measured: it stands in the notes, and nowhere else. */
function ownWords(results: readonly CannonResult[]): string[] {
  return results.map(
    ({ latency, errors, timeouts }) =>
      `autocannon's own figures: ${latency.totalCount} answers, p50 ${latency.p50} ms, p99 ${latency.p99} ms of the wall clock, ${errors} errors, ${timeouts} timeouts. It rounds to whole milliseconds and leaves out what got no answer`,
  );
}
