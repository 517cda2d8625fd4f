import { Purpose, RandomStream } from '../core/random.js';
import type { ChildOrder, Errand } from '../core/requests.js';
import type { ErrandMaker } from './call-maker.js';
import type { Durations } from './demands.js';

/** Where the children of a flow go. */
export interface ChildTarget {
  readonly probability: number;
  readonly order: Omit<ChildOrder, 'serviceUs'>;
  readonly service: Durations;
}

/** What comes with the calls of one flow. Children have streams of their own: without them all else is drawn the same. */
export class FlowErrands implements ErrandMaker {
  private readonly random: RandomStream;

  constructor(
    private readonly webhook: boolean,
    private readonly child: ChildTarget | undefined,
    seed: number,
    flow: number,
  ) {
    this.random = new RandomStream(seed, Purpose.child, flow);
  }

  next(): Errand | null {
    const child = this.nextChild();
    return child === null && !this.webhook ? null : { webhook: this.webhook, child };
  }

  private nextChild(): ChildOrder | null {
    if (this.child === undefined) return null;
    const { probability, order, service } = this.child;
    // Both are drawn every time, so that the n-th child is the same whatever the share.
    const serviceUs = service.nextUs();
    return this.random.uniform() < probability ? { ...order, serviceUs } : null;
  }
}
