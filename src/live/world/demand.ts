import { keyedStream, keyedUniform, Purpose } from '../../core/random.js';
import { WorkEnd } from '../../core/requests.js';
import type { LoadHint } from '../../protocol/load-hint.js';
import type { Stage } from '../../sim/stage.js';
import type { WorkPlan } from '../models/model.js';
import type { RequestRecord } from './request-record.js';

/** What a request's work needs. */
export interface Needs {
  /** undefined: a handler or the caller decides when it ends. */
  readonly plan: WorkPlan | undefined;
  /** µs; null: until it is finished. */
  readonly serviceUs: number | null;
}

const END_OF: Readonly<Record<LoadHint['end'], WorkEnd>> = { ok: WorkEnd.ok, failed: WorkEnd.failed, 'timed-out': WorkEnd.timedOut };

/** What chance decides of each request, keyed by its endpoint and its ordinal: no policy can change it. */
export class Demand {
  constructor(
    private readonly seed: number,
    private readonly stage: Stage,
  ) {}

  /** @param hint what a load generator says that its scenario drew; undefined: it is drawn here */
  of(record: RequestRecord, chance: number, hint: LoadHint | undefined): Needs {
    const { model, book, ordinal } = record;
    if (model.kind === 'handler' || record.style === 'open') return { plan: undefined, serviceUs: null };
    const said = model.plan(record.call(chance));
    if (hint !== undefined) return { plan: { ...said, end: END_OF[hint.end] }, serviceUs: hint.serviceUs };
    const drawn = this.stage.work(book.name).service.drawUs(keyedStream(this.seed, Purpose.service, book.number, ordinal));
    const plan = said.end === WorkEnd.ok && this.isDrawnFailure(record) ? { ...said, end: WorkEnd.failed } : said;
    const serviceUs = Math.max(1, Math.round(drawn * said.slowness));
    const timeoutUs = this.requestTimeoutUs(record);
    return serviceUs > timeoutUs ? { plan: { ...plan, end: WorkEnd.timedOut }, serviceUs: timeoutUs } : { plan, serviceUs };
  }

  /** A whole number that a fake model may draw from. */
  chance({ book, ordinal }: RequestRecord): number {
    return Math.floor(keyedUniform(this.seed, Purpose.answer, book.number, ordinal) * 0x7fff_ffff);
  }

  /** The longest that an attempt may take, µs; Infinity: any time. */
  requestTimeoutUs({ book }: RequestRecord): number {
    return this.stage.work(book.name).requestTimeoutUs;
  }

  /** Whether the scenario's `failureProbability` strikes it. */
  isDrawnFailure({ book, ordinal }: RequestRecord): boolean {
    const { failureProbability } = this.stage.work(book.name);
    return failureProbability > 0 && keyedUniform(this.seed, Purpose.failure, book.number, ordinal) < failureProbability;
  }
}
