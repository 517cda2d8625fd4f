import { QueueOrder } from './queue-order.js';

/** What is counted at one of the platform's endpoints. */
export class EndpointBook {
  readonly queue = new QueueOrder();
  inProgress = 0;
  completed = 0;
  failed = 0;
  /** By runner hint: the number of the runner that served it last. */
  readonly hints = new Map<string, number>();

  constructor(
    /** The platform's name for it. */
    readonly name: string,
    /** Its number on the platform. */
    readonly number: number,
    readonly priceUsd: number,
    readonly owner: string | undefined,
  ) {}

  /** A runner has served a hint. */
  remember(hint: string, runner: number): void {
    // Whoever sends a new hint with every request shall not fill the memory.
    if (this.hints.size >= MOST_HINTS) this.hints.delete(this.hints.keys().next().value as string);
    this.hints.delete(hint);
    this.hints.set(hint, runner);
  }
}

const MOST_HINTS = 1000;
