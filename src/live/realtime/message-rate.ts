/** How fast messages may come: so many a second, and so many at once after a pause. Wall time: it guards the machine. */
export class MessageRate {
  #left: number;
  #atMs: number;

  constructor(
    private readonly perSecond: number,
    private readonly atOnce: number,
    nowMs: number,
  ) {
    this.#left = atOnce;
    this.#atMs = nowMs;
  }

  /** @param nowMs of a clock that never goes back @returns false: too fast */
  take(nowMs: number): boolean {
    this.#left = Math.min(this.atOnce, this.#left + ((nowMs - this.#atMs) * this.perSecond) / 1000);
    this.#atMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
