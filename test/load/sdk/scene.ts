import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import type { TestContext } from 'vitest';
import type { Emulator } from '../../../src/live/emulator.js';
import { prepareEmulator } from '../../../src/live/emulator.js';
import { ownTarget } from '../../../src/live-run/own-target.js';
import type { LoadOrder } from '../../../src/load/driver.js';
import type { Shooter, ShotReport } from '../../../src/load/shooter.js';
import type { Target } from '../../../src/load/target/target.js';
import type { CallRecord, ClientSink } from '../../../src/measure/client-calls.js';
import { prepareScenario } from '../../../src/prepare.js';
import type { ScenarioInput } from '../../../src/scenario/schema.js';
import { sourceOfData } from '../../../src/scenario/source.js';
import type { Scenario } from '../../../src/scenario/types.js';
import type { TraceSource } from '../../../src/sim/trace.js';

export const NO_TRACES: TraceSource = (file) => {
  throw new Error(`this scenario has no trace, but asked for ${file}`);
};

/** Keeps all that clients tell. */
export class Listener implements ClientSink {
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

  /** How often each outcome came. */
  get outcomes(): Readonly<Record<number, number>> {
    const counts: Record<number, number> = {};
    for (const { outcome } of this.records) counts[outcome] = (counts[outcome] ?? 0) + 1;
    return counts;
  }
}

export function resolved(input: ScenarioInput): Scenario {
  const [first] = prepareScenario(sourceOfData('test', input)).variants;
  return first!.scenario;
}

/** @param baseUrl where an emulator, or something in front of it, answers */
export function targetAt(baseUrl: string, emulator: Emulator): Target {
  return { ...ownTarget(emulator), queueUrl: `${baseUrl}/queue`, runUrl: `${baseUrl}/run`, apiUrl: `${baseUrl}/v1` };
}

export function orderFor(scenario: Scenario, target: Target, parts: Partial<LoadOrder> = {}): LoadOrder {
  return { scenario, scenarioFile: 'test.yaml', seed: scenario.seed, speed: 20, loadEndUs: 60_000_000, target, follow: 'none', processes: 1, ...parts };
}

/** Listens, with its clock running, until the test is over. */
export async function emulatorFor(input: ScenarioInput, speed: number, atEnd: TestContext['onTestFinished']): Promise<Emulator> {
  const emulator = await (await prepareEmulator({ scenario: input, speed }, true)).listen();
  atEnd(() => emulator.close(0));
  return emulator;
}

/** Lets a load begin now and waits for its end. */
export async function fire(shooter: Shooter): Promise<ShotReport> {
  shooter.start(performance.timeOrigin + performance.now());
  return shooter.done;
}

/** How many values a tally's histogram holds. */
export function countOf(histogram: string): number {
  return histogram === '' ? 0 : decodeFromCompressedBase64(histogram).totalCount;
}
