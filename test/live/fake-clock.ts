import type { LiveClock } from '../../src/live/world/live-world.js';

/** A clock that moves when the test says so. */
export class FakeClock implements LiveClock {
  #us = 0;
  #order = 0;
  readonly #timers = new Map<number, { readonly atUs: number; readonly work: () => void }>();

  nowUs(): number {
    return this.#us;
  }

  toMs(us: number): number {
    return Date.UTC(2026, 0, 1) + us / 1000;
  }

  after(delayUs: number, work: () => void): () => void {
    const id = this.#order++;
    this.#timers.set(id, { atUs: this.#us + delayUs, work });
    return () => this.#timers.delete(id);
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Lets so much time pass, timer by timer. */
  advance(us: number): void {
    const end = this.#us + us;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      const [id, { atUs, work }] = next;
      this.#timers.delete(id);
      this.#us = atUs;
      work();
    }
    this.#us = end;
  }

  #next(endUs: number): [number, { readonly atUs: number; readonly work: () => void }] | undefined {
    return [...this.#timers].filter(([, { atUs }]) => atUs <= endUs).sort(([a, { atUs: atA }], [b, { atUs: atB }]) => atA - atB || a - b)[0];
  }
}
