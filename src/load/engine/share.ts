import type { Scenario } from '../../scenario/types.js';

/**
 * Which calls are this process's, when several send one workload. Every process draws all of it and sends its part, so that
 * the n-th call of a flow is the same one however many there are.
 */
export class Share {
  /** Flows whose calls depend on each other: a user's next call on the last one's end, a bound on how many are open. */
  readonly #whole: readonly boolean[];

  /** @param process 0, 1, … of `processes` */
  constructor(
    scenario: Scenario,
    private readonly process: number,
    private readonly processes: number,
  ) {
    this.#whole = scenario.workload.map(({ arrivals, maxVUs }) => arrivals.kind === 'closedLoop' || maxVUs !== undefined);
  }

  /** @param flow its place in the workload @param ordinal 0, 1, … of the call within its flow */
  has(flow: number, ordinal: number): boolean {
    return (this.#whole[flow] === true ? flow : ordinal) % this.processes === this.process;
  }
}
