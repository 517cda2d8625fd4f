/** Who has something to do that keeps the whole server waiting. */
export interface TurnTaker {
  turn(): void;
}

/**
 * Lets those who have work take turns: one of them a round of the event loop, so that everything else that has come in
 * meanwhile is looked at between any two, however many they are.
 */
export class Turns {
  readonly #line = new Set<TurnTaker>();
  #isPlanned = false;

  /** Its turn comes once, after all who wait already. Whoever waits already keeps the place. */
  wait(taker: TurnTaker): void {
    this.#line.add(taker);
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned || this.#line.size === 0) return;
    this.#isPlanned = true;
    setImmediate(this.#next);
  }

  readonly #next = (): void => {
    this.#isPlanned = false;
    const [first] = this.#line;
    if (first === undefined) return;
    this.#line.delete(first);
    this.#plan();
    first.turn();
  };
}
