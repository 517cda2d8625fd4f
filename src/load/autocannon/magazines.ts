import type { LoadClock } from '../engine/load-clock.js';
import type { PlannedCall } from '../workload.js';
import type { Magazine } from './volley.js';

/** The calls of a burst, each once. */
export class BurstMagazine implements Magazine {
  private taken = 0;

  constructor(private readonly calls: readonly PlannedCall[]) {}

  next(): PlannedCall {
    const call = this.calls[this.taken++];
    if (call === undefined) throw new Error('autocannon asked for more requests than the burst has');
    return call;
  }

  spent(): void {}
}

/** What users send who call again as soon as they have an answer: each call is planned for the moment in which it is sent. */
export class LoopMagazine implements Magazine {
  private taken = 0;

  /**
   * @param calls what the loop's calls demand, in order; taken from the beginning again when there are no more
   * @param place this load process' among so many, which take turns
   * @param whenOver called once the loop's time is over, after an answer
   */
  constructor(
    private readonly calls: readonly PlannedCall[],
    private readonly clock: LoadClock,
    private readonly loop: { readonly fromUs: number; readonly toUs: number },
    private readonly place: { readonly number: number; readonly of: number },
    private readonly users: number,
    private readonly whenOver: () => void,
  ) {}

  /** Whether calls had to be taken twice. */
  get isRecycled(): boolean {
    return this.ordinal > this.calls.length;
  }

  next(): PlannedCall {
    const call = this.calls[this.ordinal % this.calls.length] as PlannedCall;
    // The first calls of all users were due when the loop began.
    const atUs = this.taken < this.users ? this.loop.fromUs : Math.max(this.loop.fromUs, this.clock.nowUs());
    this.taken++;
    return { ...call, atUs };
  }

  spent(): void {
    if (this.clock.nowUs() >= this.loop.toUs) this.whenOver();
  }

  private get ordinal(): number {
    return this.taken * this.place.of + this.place.number;
  }
}
