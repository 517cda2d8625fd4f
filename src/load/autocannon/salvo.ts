import type { CannonResult } from './autocannon-types.js';
import { Cannon, type CannonTerms } from './cannon.js';
import type { Volley } from './volley.js';

/** One run of autocannon, ready for its time: a burst, or a closed loop. */
export class Salvo {
  /** autocannon's own figures. */
  readonly done: Promise<CannonResult>;
  private readonly cannon: Cannon;

  /** @param toUs when its users stop calling, virtual µs; Infinity: a burst ends by itself */
  constructor(
    readonly atUs: number,
    readonly toUs: number,
    readonly terms: CannonTerms,
    private readonly volley: Volley,
  ) {
    this.cannon = new Cannon(terms, volley);
    this.done = this.cannon.done;
  }

  fire(): void {
    this.cannon.fire();
  }

  cease(): void {
    this.cannon.cease();
  }

  /** Tells what is on its way as open. */
  stop(): void {
    this.volley.open(this.cannon.stop());
  }
}
