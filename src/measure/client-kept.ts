import { Outcome } from '../core/history.js';
import type { CallRecord } from './client-calls.js';

const KEPT = 20;

/** The slowest calls: those that took longest, or had been open longest when the run ended. */
export class SlowestCalls {
  private readonly kept: { readonly tookUs: number; readonly record: CallRecord }[] = [];

  /** @param runEndsUs until when open calls are counted */
  constructor(private readonly runEndsUs: number) {}

  add(record: CallRecord): void {
    const tookUs = record.elapsedUs ?? this.runEndsUs - record.plannedUs;
    const { kept } = this;
    if (kept.length === KEPT && tookUs <= (kept[KEPT - 1] as { tookUs: number }).tookUs) return;
    let place = kept.length;
    while (place > 0 && (kept[place - 1] as { tookUs: number }).tookUs < tookUs) place--;
    kept.splice(place, 0, { tookUs, record });
    if (kept.length > KEPT) kept.pop();
  }

  /** The slowest first. */
  list(): readonly CallRecord[] {
    return this.kept.map(({ record }) => record);
  }
}

/** The first and the last calls that went wrong: a fault shows at its beginning, and whether it healed at the end. */
export class TroubledCalls {
  count = 0;
  private readonly first: CallRecord[] = [];
  private readonly last: CallRecord[] = [];

  add(record: CallRecord): void {
    if (!wentWrong(record)) return;
    this.count++;
    if (this.first.length < KEPT) {
      this.first.push(record);
      return;
    }
    if (this.last.length === KEPT) this.last.shift();
    this.last.push(record);
  }

  /** In the order in which they were told. */
  list(): readonly CallRecord[] {
    return [...this.first, ...this.last];
  }

  get hidden(): number {
    return this.count - this.first.length - this.last.length;
  }
}

function wentWrong({ outcome, trouble }: CallRecord): boolean {
  return trouble !== undefined || (outcome !== 0 && outcome !== Outcome.ok);
}
