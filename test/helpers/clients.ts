import { HistoryKind } from '../../src/core/history.js';
import type { Scenario } from '../../src/scenario/types.js';
import { Simulation } from '../../src/sim/simulation.js';
import { type OutcomeName, outcomeName } from './world.js';

export interface CallEnd {
  readonly atUs: number;
  readonly traffic: number;
  readonly outcome: OutcomeName;
  readonly attempts: number;
  readonly elapsedUs: number;
}

/** What the clients of a run did, by the history: when they knocked, what they were told, how their calls ended. */
export class ClientLog {
  /** Requests that reached the platform, taken or refused, by traffic class. */
  readonly requestsUs: number[][] = [];
  readonly statuses: number[] = [];
  readonly cancelsUs: number[] = [];
  readonly stopsUs: number[] = [];
  readonly calls: CallEnd[] = [];
  zombiePolls = 0;

  constructor(scenario: Scenario, seed = 1) {
    const simulation: { run?: Simulation } = {};
    const now = (): number => simulation.run?.calendar.nowUs ?? 0;
    const knock = (traffic: number): void => {
      const before = this.requestsUs[traffic] ?? [];
      this.requestsUs[traffic] = [...before, now()];
    };
    simulation.run = new Simulation(
      scenario,
      seed,
      {
        attach: () => undefined,
        record: (kind, id, a) => {
          const { run } = simulation;
          if (run === undefined) return;
          if (kind === HistoryKind.refused) this.statuses.push(a);
          if (kind === HistoryKind.submitted || kind === HistoryKind.refused) knock(run.platform.requests.at(id).traffic);
          if (kind === HistoryKind.cancelRequested) this.cancelsUs.push(now());
          if (kind === HistoryKind.executionEnded) this.stopsUs.push(now());
        },
        dispatched: () => undefined,
        completed: () => this.stopsUs.push(now()),
        callBegan: () => undefined,
        callRetried: () => undefined,
        callEnded: (traffic, outcome, attempts, elapsedUs) => this.calls.push({ atUs: now(), traffic, outcome: outcomeName(outcome), attempts, elapsedUs }),
        zombiePolls: (_, polls) => {
          this.zombiePolls += polls;
        },
        iterationDropped: () => undefined,
      },
      () => [],
    );
    while (!simulation.run.advance(100_000));
  }
}

export function gapsOf(timesUs: readonly number[]): number[] {
  return timesUs.slice(1).map((atUs, n) => atUs - (timesUs[n] as number));
}
