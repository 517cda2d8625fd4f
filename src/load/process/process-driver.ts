import type { ClientSink } from '../../measure/client-calls.js';
import type { Scenario } from '../../scenario/types.js';
import type { DriverName, LoadDriver, LoadOrder, LoadReport, PreparedLoad } from '../driver.js';
import type { ShotReport } from '../shooter.js';
import { ForkedLoad } from './forked-load.js';
import { KEEP_UP_LIMITS, type KeepUpLimits, reportOf } from './merged-report.js';

export interface ProcessDriverOptions {
  /** From when on a client counts as too slow. */
  readonly limits?: KeepUpLimits | undefined;
  /** Surroundings of which load processes inherit the harmless part. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * A driver that sends from processes of its own, so that neither the server nor whoever judges slows it down.
 * @param script what they run: `cli/load-process`, compiled
 */
export function processDriver(
  name: DriverName,
  complaints: (scenario: Scenario) => readonly string[],
  script: string,
  { limits = KEEP_UP_LIMITS, env = process.env }: ProcessDriverOptions = {},
): LoadDriver {
  return { name, complaints, prepare: (order, sink) => ProcessLoad.prepare(name, script, order, sink, limits, env) };
}

class ProcessLoad implements PreparedLoad {
  readonly done: Promise<LoadReport>;
  #hasStopped = false;

  private constructor(
    private readonly children: readonly ForkedLoad[],
    limits: KeepUpLimits,
  ) {
    this.done = this.#collect(limits);
    // Whoever prepares may wait for something else first.
    this.done.catch(() => {});
  }

  static async prepare(
    name: DriverName,
    script: string,
    order: LoadOrder,
    sink: ClientSink,
    limits: KeepUpLimits,
    env: NonNullable<ProcessDriverOptions['env']>,
  ): Promise<ProcessLoad> {
    const children = Array.from({ length: order.processes }, (_, process) => new ForkedLoad(name, script, { ...order, process }, sink, env));
    const load = new ProcessLoad(children, limits);
    try {
      await Promise.all(children.map((child) => child.ready));
    } catch (error) {
      load.kill();
      throw error;
    }
    return load;
  }

  start(epochMs: number): void {
    for (const child of this.children) child.start(epochMs);
  }

  stop(): void {
    if (this.#hasStopped) return;
    this.#hasStopped = true;
    for (const child of this.children) child.stop();
  }

  kill(): void {
    for (const child of this.children) child.kill();
  }

  async #collect(limits: KeepUpLimits): Promise<LoadReport> {
    try {
      const reports: readonly ShotReport[] = await Promise.all(this.children.map((child) => child.done));
      await Promise.all(this.children.map((child) => child.gone));
      return reportOf(reports, limits);
    } catch (error) {
      // One share of the calls is missing: what the others saw would be taken for the whole.
      this.kill();
      throw error;
    }
  }
}
