/** Status streams that this process may hold open. */
export class StreamPlaces {
  /** Calls that nobody could follow. */
  unfollowed = 0;
  #taken = 0;

  constructor(readonly most: number) {}

  take(): boolean {
    if (this.#taken >= this.most) return false;
    this.#taken++;
    return true;
  }

  giveBack(): void {
    this.#taken--;
  }
}
