import type { Json } from '../json.js';
import type { RequestRecord } from './request-record.js';

/** Hands out the parts of fake models, spread evenly over the time that their work takes. */
export class PartsInTime {
  private readonly pending = new Map<RequestRecord, () => void>();

  constructor(
    private readonly clock: { after(delayUs: number, work: () => void): () => void },
    private readonly handedOut: (record: RequestRecord) => void,
  ) {}

  begin(record: RequestRecord, chance: number): void {
    this.stop(record);
    if (record.model.kind !== 'fake') return;
    const parts = record.model.parts(record.call(chance));
    record.parts = [];
    if (parts.length > 0 && Number.isFinite(record.serviceUs)) this.next(record, parts, 0, record.serviceUs / parts.length);
  }

  /** Its work is over: what is left is handed out by whoever ends the stream. */
  stop(record: RequestRecord): void {
    this.pending.get(record)?.();
    this.pending.delete(record);
  }

  /** The last part comes a moment before the work ends, so that nobody who streams misses it. */
  private next(record: RequestRecord, parts: readonly Json[], index: number, everyUs: number): void {
    const delayUs = Math.max(1, Math.floor(index + 1 === parts.length ? everyUs * LAST : everyUs));
    const takeBack = this.clock.after(delayUs, () => {
      (record.parts as Json[]).push(parts[index] as Json);
      if (index + 1 < parts.length) this.next(record, parts, index + 1, everyUs);
      else this.pending.delete(record);
      this.handedOut(record);
    });
    this.pending.set(record, takeBack);
  }
}

const LAST = 0.9;
