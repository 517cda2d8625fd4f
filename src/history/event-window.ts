import { describeEvent, type EventRecord } from './describe-event.js';
import { EventReader } from './event-reader.js';
import type { EventName } from './event-table.js';
import type { EventRange } from './hash-checkpoints.js';

/** One event of a stretch: its numbers, which are compared, and its names, which are shown. */
export interface SeenEvent {
  readonly number: number;
  /** Time, kind and ids, as the hash has them. */
  readonly raw: string;
  readonly record: EventRecord;
}

/** Keeps the events of one stretch of a history. */
export class EventWindow extends EventReader {
  readonly events: SeenEvent[] = [];

  constructor(private readonly range: EventRange) {
    super();
  }

  protected read(name: EventName, id: number, numbers: readonly number[]): void {
    const number = this.run.platform.history.events;
    if (number < this.range.from || number > this.range.to) return;
    const record = describeEvent(this.run, name, id, numbers);
    this.events.push({ number, raw: `${record['atUs']} ${name} ${id} ${numbers.join(' ')}`, record });
  }
}
