import { describeEvent, type EventRecord } from './describe-event.js';
import { EventReader } from './event-reader.js';
import type { EventName } from './event-table.js';

/** Version of the lines that `--trace` writes. */
export const TRACE_FORMAT = 1;

/** Turns a history into lines of JSON, one an event. Holds only what has not been taken yet. */
export class EventLines extends EventReader {
  private text = '';

  /** @param variant named on every line where a scenario has variants */
  constructor(private readonly variant: string | undefined) {
    super();
  }

  /** The line that opens a run. */
  begin(scenario: string, seed: number, version: string): void {
    this.add({ atUs: 0, event: 'runBegan', format: TRACE_FORMAT, scenario, seed, version });
  }

  /** The line that closes it: whoever finds it has the whole history. */
  end({ endUs, events, hash }: { readonly endUs: number; readonly events: number; readonly hash: string }): void {
    this.add({ atUs: endUs, event: 'runEnded', events, hash });
  }

  /** The lines since the last time. */
  take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }

  protected read(name: EventName, id: number, numbers: readonly number[]): void {
    this.add(describeEvent(this.run, name, id, numbers));
  }

  private add(record: EventRecord): void {
    this.text += `${JSON.stringify(this.variant === undefined ? record : { variant: this.variant, ...record })}\n`;
  }
}
