import { WorkEnd } from '../../core/requests.js';
import type { Answer } from '../answer.js';
import type { Json } from '../json.js';
import { endOf } from '../models/endings.js';
import type { HandlerModel } from '../models/model.js';
import { ModelError } from '../models/model-error.js';
import { jsonAnswer, MODEL_CRASHED } from './endings.js';
import type { RequestRecord } from './request-record.js';

/** What a handler's work may tell. */
export interface HandlerHost {
  nowUs(): number;
  /** The work of an attempt has come to an end. Not called once the attempt was given up. */
  finished(record: RequestRecord, attempt: number, answer: Answer, end: WorkEnd): void;
  /** What it threw is for whoever runs the emulator. */
  threw(record: RequestRecord, message: string): void;
  /** It has printed a line or handed out a part. */
  changed(record: RequestRecord, change: 'log' | 'part'): void;
}

const MOST_LINES = 10_000;
const MOST_PARTS = 100_000;

/** The work of users' own handlers, each attempt with a signal that it is not wanted any more. */
export class HandlerWork {
  private readonly running = new Map<RequestRecord, AbortController>();

  constructor(private readonly host: HandlerHost) {}

  get count(): number {
    return this.running.size;
  }

  /** @param chance what the model may draw from */
  start(record: RequestRecord, attempt: number, chance: number): void {
    this.stop(record, 'another attempt was begun');
    const controller = new AbortController();
    this.running.set(record, controller);
    const { signal } = controller;
    const context = {
      ...record.call(chance),
      attempt,
      signal,
      log: (message: string) => {
        if (!signal.aborted) this.print(record, String(message));
      },
      threw: (message: string) => this.host.threw(record, message),
      emit: (part: Json) => {
        if (!signal.aborted) this.emit(record, part);
      },
    };
    void this.outcomeOf(record.model as HandlerModel, context).then((answer) => {
      if (this.running.get(record) !== controller) return;
      this.running.delete(record);
      this.host.finished(record, attempt, answer, endOfAnswer(answer));
    });
  }

  /** Its attempt is not wanted any more: whatever it says from now on is not heard. */
  stop(record: RequestRecord, why: string): void {
    const controller = this.running.get(record);
    if (controller === undefined) return;
    this.running.delete(record);
    controller.abort(new Error(why));
  }

  /** It is asked to stop, and still heard. */
  signal(record: RequestRecord, why: string): void {
    this.running.get(record)?.abort(new Error(why));
  }

  stopAll(why: string): void {
    for (const record of [...this.running.keys()]) this.stop(record, why);
  }

  private async outcomeOf(model: HandlerModel, context: Parameters<HandlerModel['handle']>[0]): Promise<Answer> {
    try {
      return jsonAnswer(200, await model.handle(context));
    } catch (error) {
      return error instanceof ModelError ? error.answer() : MODEL_CRASHED;
    }
  }

  private print(record: RequestRecord, message: string): void {
    if (record.printed.length >= MOST_LINES) return;
    record.printed = [...record.printed, { message, level: 'INFO', atUs: this.host.nowUs() }];
    this.host.changed(record, 'log');
  }

  private emit(record: RequestRecord, part: Json): void {
    if (record.parts.length >= MOST_PARTS) return;
    if (record.parts.length === 0) record.parts = [part];
    else (record.parts as Json[]).push(part);
    this.host.changed(record, 'part');
  }
}

/** How the platform understands an answer: the app's own word about another try goes before its status (D:retry). */
export function endOfAnswer({ status, headers }: Answer): WorkEnd {
  const plain = endOf(status);
  if (status < 500 && status !== 429) return plain;
  const says = headers['x-fal-needs-retry'];
  if (says === '1') return plain === WorkEnd.failed ? WorkEnd.tryAgain : plain;
  return says === '0' ? WorkEnd.failed : plain;
}
