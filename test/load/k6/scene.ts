import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { type Emulator, startEmulator } from '../../../src/live/emulator.js';
import { ownTarget } from '../../../src/live-run/own-target.js';
import type { Follow, LoadReport } from '../../../src/load/driver.js';
import { type K6DriverOptions, k6Driver } from '../../../src/load/k6/k6-driver.js';
import type { CallRecord, ClientSink } from '../../../src/measure/client-calls.js';
import { type PreparedScenario, prepareScenario } from '../../../src/prepare.js';
import type { ScenarioInput } from '../../../src/scenario/schema.js';
import { sourceOfData } from '../../../src/scenario/source.js';
import type { TraceSource } from '../../../src/sim/trace.js';

/** A real k6. In CI there must be one. */
export const K6_BIN = process.env['K6_BIN'] ?? resolve('.cache/bin/k6');
export const hasK6 = isThere(K6_BIN) || process.env['CI'] !== undefined;

export const NO_TRACES: TraceSource = (file) => {
  throw new Error(`${file}: this scenario has no trace`);
};

/** Keeps what it hears. */
export class Ear implements ClientSink {
  readonly records: CallRecord[] = [];
  droppedCalls = 0;
  zombies = 0;

  calls(records: readonly CallRecord[]): void {
    this.records.push(...records);
  }

  dropped(_traffic: unknown, count: number): void {
    this.droppedCalls += count;
  }

  zombiePolls(_traffic: unknown, count: number): void {
    this.zombies += count;
  }

  /** How many calls ended so. */
  count(outcome: number): number {
    return this.records.filter((record) => record.outcome === outcome).length;
  }
}

export interface Played {
  readonly ear: Ear;
  readonly report: LoadReport;
  readonly emulator: Emulator;
}

export interface PlayOptions {
  readonly speed?: number;
  readonly processes?: number;
  readonly follow?: Follow;
  readonly variant?: string;
  readonly driver?: Partial<K6DriverOptions>;
  /** Called when the load has begun. */
  readonly meanwhile?: (emulator: Emulator, stop: () => void) => Promise<void>;
}

/** A scenario's load on an emulator of its own, from beginning to end; the emulator is closed when `use` has looked at it. */
export async function play(input: ScenarioInput | PreparedScenario, options: PlayOptions, use: (played: Played) => void | Promise<void>): Promise<void> {
  const { speed = 10, processes = 1, follow = 'poll', variant } = options;
  const prepared = 'settings' in input ? (input as PreparedScenario) : prepareScenario(sourceOfData('test', input));
  const { scenario } = prepared.variants.find(({ name }) => variant === undefined || name === variant) ?? prepared.variants[0]!;
  const emulator = await startEmulator({ scenario: prepared, variant, speed });
  emulator.pause();
  const ear = new Ear();
  const driver = k6Driver({ k6Bin: K6_BIN, env: process.env, tracesOf: () => NO_TRACES, ...options.driver });
  try {
    const ends = scenario.workload.map(({ arrivals }) => ('toUs' in arrivals ? arrivals.toUs : 'atUs' in arrivals ? arrivals.atUs : 0));
    const loadEndUs = Math.max(...ends, ...scenario.steps.map(({ atUs }) => atUs));
    const load = await driver.prepare(
      { scenario, scenarioFile: 'test', seed: scenario.seed, speed, loadEndUs, target: ownTarget(emulator), follow, processes },
      ear,
    );
    try {
      emulator.resume();
      load.start(performance.timeOrigin + performance.now());
      await options.meanwhile?.(emulator, () => load.stop());
      const report = await load.done;
      await use({ ear, report, emulator });
    } finally {
      load.kill();
    }
  } finally {
    await emulator.close(0);
  }
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
