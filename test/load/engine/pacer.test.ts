import { describe, expect, it } from 'vitest';
import { CallTimers } from '../../../src/load/engine/call-timers.js';
import type { LoadClock } from '../../../src/load/engine/load-clock.js';
import { type Agenda, type LoopTimers, Pacer } from '../../../src/load/engine/pacer.js';

/** A wall clock that moves when something waits for it: timers of whole ms that come late, and a loop whose turns take time. */
class FakeLoop implements LoopTimers, LoadClock {
  nowMs = 0;
  turns = 0;
  #tasks: { atMs: number; task: () => void }[] = [];

  /** @param lateMs by how much timers come late @param turnMs how long a turn of the loop takes */
  constructor(
    private readonly speed: number,
    private readonly lateMs: number,
    private readonly turnMs: number,
  ) {}

  nowUs(): number {
    return Math.floor(this.nowMs * 1e3 * this.speed);
  }

  msUntil(atUs: number): number {
    return atUs / 1e3 / this.speed - this.nowMs;
  }

  later(delayMs: number, task: () => void): () => void {
    if (!Number.isInteger(delayMs) || delayMs < 1) throw new Error(`Node knows no timer of ${delayMs} ms`);
    return this.#put(this.nowMs + delayMs + this.lateMs, task);
  }

  soon(task: () => void): () => void {
    this.turns++;
    return this.#put(this.nowMs + this.turnMs, task);
  }

  /** Until nothing waits any more. */
  run(mostTurns = 100_000): void {
    for (let n = 0; n < mostTurns && this.#tasks.length > 0; n++) {
      this.#tasks.sort((a, b) => a.atMs - b.atMs);
      const { atMs, task } = this.#tasks.shift()!;
      this.nowMs = Math.max(this.nowMs, atMs);
      task();
    }
  }

  #put(atMs: number, task: () => void): () => void {
    const entry = { atMs, task };
    this.#tasks.push(entry);
    return () => {
      this.#tasks = this.#tasks.filter((one) => one !== entry);
    };
  }
}

/** Times, each noted when it is performed. */
class Times implements Agenda {
  readonly performed: { readonly atUs: number; readonly byUs: number }[] = [];
  isExact = true;

  constructor(
    private readonly times: number[],
    private readonly loop: FakeLoop,
    private readonly costMs: (n: number) => number = () => 0,
  ) {}

  get nextUs(): number {
    return this.times[0] ?? Number.POSITIVE_INFINITY;
  }

  performNext(): void {
    this.performed.push({ atUs: this.times.shift()!, byUs: this.loop.nowUs() });
    this.loop.nowMs += this.costMs(this.performed.length);
  }
}

const every = (us: number, count: number): number[] => Array.from({ length: count }, (_, n) => n * us);

function pace(times: number[], loop: FakeLoop, costMs?: (n: number) => number): Times {
  const agenda = new Times(times, loop, costMs);
  const pacer = new Pacer(loop, agenda, loop, () => loop.nowMs);
  pacer.start();
  loop.run();
  return agenda;
}

describe('a schedule', () => {
  it('is never performed early, and a sparse one within a turn of the loop although timers come a millisecond late', () => {
    const loop = new FakeLoop(1, 0.9, 0.05);
    const { performed } = pace(every(20_300, 200), loop);
    expect(performed).toHaveLength(200);
    for (const { atUs, byUs } of performed) {
      expect(byUs).toBeGreaterThanOrEqual(atUs);
      expect(byUs - atUs).toBeLessThanOrEqual(60);
    }
  });

  it('is not shifted by what came late: after a stall of a second each call is at its own time again', () => {
    const loop = new FakeLoop(1, 0.5, 0.05);
    const { performed } = pace(every(50_000, 100), loop, (n) => (n === 40 ? 1_000 : 0));
    const lateMs = performed.map(({ atUs, byUs }) => (byUs - atUs) / 1e3);
    expect(Math.max(...lateMs)).toBeGreaterThan(945);
    for (const late of lateMs.slice(62)) expect(late).toBeLessThan(0.1);
    expect(performed.at(-1)!.byUs).toBeLessThan(99 * 50_000 + 100);
  });

  it('runs as many times as fast as it was told', () => {
    const loop = new FakeLoop(10, 0, 0.01);
    pace(every(1_000_000, 11), loop);
    expect(loop.nowMs).toBeGreaterThanOrEqual(1_000);
    expect(loop.nowMs).toBeLessThan(1_001);
  });

  it('of 2,000 a second turns the loop for little of the time, and is late by no more than timers are', () => {
    const loop = new FakeLoop(1, 0.9, 0.02);
    const { performed } = pace(every(500, 20_000), loop);
    expect(loop.turns * 0.02).toBeLessThan(0.03 * loop.nowMs);
    for (const { atUs, byUs } of performed) expect(byUs - atUs).toBeLessThanOrEqual(2_500);
  });

  it('lets sockets have their turn amid a burst', () => {
    const loop = new FakeLoop(1, 0, 0.01);
    const { performed } = pace(Array(1_000).fill(0), loop);
    expect(performed).toHaveLength(1_000);
    expect(loop.turns).toBeGreaterThanOrEqual(2);
  });

  it('waits for what lies beyond the longest delay of a timer', () => {
    const loop = new FakeLoop(1, 0, 0.01);
    const atUs = 3_000_000_000_000;
    const { performed } = pace([atUs], loop);
    expect(performed).toEqual([{ atUs, byUs: expect.any(Number) }]);
    expect(performed[0]!.byUs).toBeGreaterThanOrEqual(atUs);
  });

  it('is begun again when something earlier comes', () => {
    const loop = new FakeLoop(1, 0, 0.01);
    const times = [500_000];
    const agenda = new Times(times, loop);
    const pacer = new Pacer(loop, agenda, loop, () => loop.nowMs);
    pacer.start();
    times.unshift(3_000);
    pacer.wake();
    loop.run();
    expect(agenda.performed.map(({ atUs }) => atUs)).toEqual([3_000, 500_000]);
    expect(agenda.performed[0]!.byUs).toBeLessThan(3_100);
  });
});

describe('timers of calls', () => {
  it('fire in order of time, unless they were taken back', () => {
    const fired: string[] = [];
    const timers = new CallTimers(() => {});
    const late = timers.at(30, () => fired.push('late'));
    timers.at(10.2, () => fired.push('early'));
    const never = timers.at(20, () => fired.push('never'));
    never.cancel();
    never.cancel();
    expect(timers.nextUs).toBe(11);
    timers.fire();
    timers.fire();
    late.cancel();
    expect(fired).toEqual(['early', 'late']);
    expect(timers.nextUs).toBe(Number.POSITIVE_INFINITY);
    timers.fire();
  });

  it('that should have fired before now are due at once', () => {
    const timers = new CallTimers(() => {});
    timers.at(100, () => {});
    timers.fire();
    timers.at(50, () => {});
    expect(timers.nextUs).toBe(100);
  });

  it('keep no room for what is over', () => {
    const timers = new CallTimers(() => {});
    for (let n = 0; n < 100_000; n++) {
      timers.at(n, () => {});
      if (n % 2 === 0) timers.fire();
      else timers.at(n, () => {}).cancel();
      if (n % 2 === 1) timers.fire();
    }
    expect(timers.nextUs).toBe(Number.POSITIVE_INFINITY);
  });
});
