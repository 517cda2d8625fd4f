import { describe, expect, it } from 'vitest';
import { type Driven, LiveDriver } from '../../../src/live/driver/live-driver.js';
import { HandClock } from './hand-clock.js';

/** Things that happen at given times. */
class Diary implements Driven {
  readonly isOver = false;
  nowUs = 0;
  readonly seen: number[] = [];
  private due: number[];

  constructor(due: readonly number[]) {
    this.due = [...due];
  }

  get nextUs(): number {
    return this.due[0] ?? Number.POSITIVE_INFINITY;
  }

  plan(atUs: number): void {
    this.due = [...this.due, atUs].sort((one, other) => one - other);
  }

  advanceTo(atUs: number): void {
    while (this.nextUs <= atUs) {
      this.nowUs = this.due.shift() as number;
      this.seen.push(this.nowUs);
    }
    this.nowUs = Math.max(this.nowUs, atUs);
  }
}

function driverOf(due: readonly number[], speed: number | 'manual' = 1) {
  const diary = new Diary(due);
  const wall = new HandClock(1_000_000);
  let turns = 0;
  const failures: unknown[] = [];
  const driver = new LiveDriver(diary, { speed, originMs: 1_000_000, wall, afterTurn: () => turns++, onFailure: (error) => failures.push(error) });
  driver.turn(() => {});
  return { diary, wall, driver, turns: () => turns, failures };
}

describe('virtual time on the wall clock', () => {
  it('wakes up for each event at its time, with one timer', () => {
    const { diary, wall } = driverOf([5_000, 9_000, 20_000_000]);
    expect(wall.pending).toBe(1);
    wall.advance(5);
    expect(diary.seen).toEqual([5_000]);
    wall.advance(4);
    expect(diary.seen).toEqual([5_000, 9_000]);
    expect(wall.pending).toBe(1);
    wall.advance(20_000);
    expect(diary.seen).toEqual([5_000, 9_000, 20_000_000]);
    expect(wall.pending).toBe(0);
  });

  it('passes ten times as fast at speed 10', () => {
    const { diary, wall, driver } = driverOf([10_000_000], 10);
    wall.advance(999);
    expect(diary.seen).toEqual([]);
    wall.advance(1);
    expect(diary.seen).toEqual([10_000_000]);
    expect(driver.nowUs()).toBe(10_000_000);
    expect(driver.toMs(driver.nowUs())).toBe(1_010_000);
  });

  it('does what it is told at the time it is, not at the time of the last event', () => {
    const { diary, wall, driver } = driverOf([1_000]);
    wall.advance(50);
    expect(driver.turn(() => diary.nowUs)).toBe(50_000);
  });

  it('stands still while it is paused, goes on without a jump, and can be stepped', () => {
    const { diary, wall, driver } = driverOf([10_000, 30_000]);
    wall.advance(5);
    driver.pause();
    wall.advance(10_000);
    expect(driver.nowUs()).toBe(5_000);
    driver.step(5_000);
    expect(diary.seen).toEqual([10_000]);
    driver.resume();
    wall.advance(19);
    expect(diary.seen).toEqual([10_000]);
    wall.advance(1);
    expect(diary.seen).toEqual([10_000, 30_000]);
  });

  it('refuses to be stepped while it runs', () => {
    expect(() => driverOf([]).driver.step(1)).toThrow('only stopped time');
  });

  it('is moved by hand alone where its speed is manual', () => {
    const { diary, wall, driver } = driverOf([1_000], 'manual');
    wall.advance(60_000);
    expect(diary.seen).toEqual([]);
    driver.step(1_000);
    expect(diary.seen).toEqual([1_000]);
    expect(wall.pending).toBe(0);
  });

  it('never sets a timer for the far future that fires at once', () => {
    const { diary, wall } = driverOf([40 * 24 * 3_600 * 1_000_000]);
    wall.advance(1_000);
    expect(diary.seen).toEqual([]);
    wall.advance(41 * 24 * 3_600 * 1_000);
    expect(diary.seen).toHaveLength(1);
  });
});

describe('chores beside the platform', () => {
  it('come in their order among the events, and see their own time', () => {
    const { diary, wall, driver } = driverOf([1_000, 3_000]);
    const heard: string[] = [];
    driver.after(2_000, () => heard.push(`chore at ${driver.nowUs()} after ${diary.seen.length} event`));
    wall.advance(10);
    expect(heard).toEqual(['chore at 2000 after 1 event']);
  });

  it('can be taken back', () => {
    const { wall, driver } = driverOf([]);
    const heard: string[] = [];
    const takeBack = driver.after(2_000, () => heard.push('never'));
    takeBack();
    takeBack();
    wall.advance(10);
    expect(heard).toEqual([]);
  });

  it('wake the driver up although nothing else would', () => {
    const { wall, driver, turns } = driverOf([]);
    const before = turns();
    let done = false;
    driver.after(7_000, () => {
      done = true;
    });
    wall.advance(7);
    expect(done).toBe(true);
    expect(turns()).toBeGreaterThan(before);
  });

  it('that throw are told to whoever answers for the whole, for nobody waits for a timer', () => {
    const { wall, driver, failures } = driverOf([]);
    driver.after(1_000, () => {
      throw new Error('the disk is full');
    });
    wall.advance(1);
    expect(failures).toEqual([new Error('the disk is full')]);
  });

  it('end with the driver', () => {
    const { wall, driver } = driverOf([]);
    driver.after(1_000, () => {
      throw new Error('after the end');
    });
    driver.close();
    wall.advance(10);
    expect(wall.pending).toBe(0);
  });
});
