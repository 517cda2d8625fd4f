import { US_PER_DAY } from './time.js';

const DAYS = 30;

export interface UsageDay {
  /** Days since the start of the run; 0 is the first. */
  readonly day: number;
  /** The most slots in use at once on that day. */
  readonly peak: number;
}

/** An account's peak of slots in use: ever, and for each of the last 30 days. O(1) a grant. */
export class UsageHistory {
  peak = 0;
  private today = 0;
  private midnightUs = US_PER_DAY;
  private todayPeak = 0;
  private readonly past = new Map<number, number>();

  /** @param timeOfDayUs the time of day, UTC, at instant 0: days end at midnight */
  constructor(
    private readonly clock: { readonly nowUs: number },
    private readonly timeOfDayUs = 0,
  ) {
    this.midnightUs = US_PER_DAY - timeOfDayUs;
    this.today = this.dayAt(clock.nowUs);
    this.midnightUs += this.today * US_PER_DAY;
  }

  /** @param live slots in use now @param carried slots in use until now: what the days since the last note have seen */
  note(live: number, carried: number): void {
    const { nowUs } = this.clock;
    if (nowUs >= this.midnightUs) this.turnTo(this.dayAt(nowUs), carried);
    if (live > this.todayPeak) this.todayPeak = live;
    if (live > this.peak) this.peak = live;
  }

  days(): UsageDay[] {
    const { nowUs } = this.clock;
    const last = this.dayAt(nowUs);
    const days: UsageDay[] = [];
    for (let day = Math.max(0, last - DAYS + 1); day <= last; day++) {
      days.push({ day, peak: day === this.today ? this.todayPeak : (this.past.get(day) ?? 0) });
    }
    return days;
  }

  /** The days that anything was noted of, the last one included. */
  noted(): UsageDay[] {
    const days = [...this.past].map(([day, peak]) => ({ day, peak }));
    days.push({ day: this.today, peak: this.todayPeak });
    return days;
  }

  /** What was noted before the platform was started anew. */
  restore(days: readonly UsageDay[], peak: number): void {
    this.peak = Math.max(this.peak, peak);
    for (const { day, peak: most } of days) {
      if (day === this.today) this.todayPeak = Math.max(this.todayPeak, most);
      else this.past.set(day, most);
    }
  }

  private dayAt(atUs: number): number {
    return Math.floor((atUs + this.timeOfDayUs) / US_PER_DAY);
  }

  private turnTo(day: number, carried: number): void {
    this.past.set(this.today, this.todayPeak);
    for (let between = Math.max(this.today + 1, day - DAYS + 1); between < day; between++) this.past.set(between, carried);
    for (const old of this.past.keys()) if (old <= day - DAYS) this.past.delete(old);
    this.today = day;
    this.midnightUs = (day + 1) * US_PER_DAY - this.timeOfDayUs;
    this.todayPeak = carried;
  }
}
