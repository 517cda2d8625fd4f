/** The smallest story that was found in which the same invariant breaks, and what happens in it. */
export interface MinimalTrace {
  readonly invariant: string;
  /** The seed whose violation was shrunk. */
  readonly seed: number;
  /** Of the minimal story. */
  readonly requests: number;
  readonly steps: number;
  /** The minimal story as a scenario file. */
  readonly scenario: string;
  /** The command that runs it, once it is saved. */
  readonly command: string;
  /** false: tries or work ran out before nothing could be made simpler. */
  readonly finished: boolean;
  /** Its events up to the violation, the first 200 at most; those that led to it are marked. */
  readonly events: readonly MinimalEvent[];
  readonly eventsHidden: number;
}

export interface MinimalEvent {
  readonly number: number;
  readonly atUs: number;
  /** In words. */
  readonly text: string;
  /** Lanes it belongs to: `req-1`, `acme/old`, `slot 1`. */
  readonly lanes: readonly string[];
  readonly violates: boolean;
}
