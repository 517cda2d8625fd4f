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

  constructor(private readonly clock: { readonly nowUs: number }) {}

  /** @param live slots in use now @param carried slots in use until now: what the days since the last note have seen */
  note(live: number, carried: number): void {
    const { nowUs } = this.clock;
    if (nowUs >= this.midnightUs) this.turnTo(Math.floor(nowUs / US_PER_DAY), carried);
    if (live > this.todayPeak) this.todayPeak = live;
    if (live > this.peak) this.peak = live;
  }

  days(): UsageDay[] {
    const { nowUs } = this.clock;
    const last = Math.floor(nowUs / US_PER_DAY);
    const days: UsageDay[] = [];
    for (let day = Math.max(0, last - DAYS + 1); day <= last; day++) {
      days.push({ day, peak: day === this.today ? this.todayPeak : (this.past.get(day) ?? 0) });
    }
    return days;
  }

  private turnTo(day: number, carried: number): void {
    this.past.set(this.today, this.todayPeak);
    for (let between = Math.max(this.today + 1, day - DAYS + 1); between < day; between++) this.past.set(between, carried);
    for (const old of this.past.keys()) if (old <= day - DAYS) this.past.delete(old);
    this.today = day;
    this.midnightUs = (day + 1) * US_PER_DAY;
    this.todayPeak = carried;
  }
}
