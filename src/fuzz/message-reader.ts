import type { HistoryKind } from '../core/history.js';
import { Message, type MessageName } from '../core/topology.js';
import { EventReader } from '../history/event-reader.js';
import { MESSAGE_NAMES } from '../scenario/vocabulary.js';
import type { MessageFate } from './coverage.js';

/** A message that did not arrive as it should have. */
export interface SeenMessage {
  readonly atUs: number;
  readonly message: MessageName;
  readonly fate: MessageFate;
}

const FATES: Readonly<Partial<Record<string, MessageFate>>> = { messageLost: 'lost', messageDelayed: 'late', messageDuplicated: 'twice' } satisfies Partial<
  Record<keyof typeof HistoryKind, MessageFate>
>;
const NAMES = new Map(MESSAGE_NAMES.map((name) => [Message[name] as number, name]));
/** A cut may lose thousands; the first ones tell the story. */
const MOST_KEPT = 60;

/** Reads what became of messages in a run. */
export class MessageReader extends EventReader {
  readonly seen: SeenMessage[] = [];

  protected read(name: string, _id: number, [message]: readonly number[]): void {
    const fate = FATES[name];
    const messageName = NAMES.get(message ?? 0);
    if (fate === undefined || messageName === undefined || this.seen.length >= MOST_KEPT) return;
    this.seen.push({ atUs: this.run.platform.calendar.nowUs, message: messageName, fate });
  }
}
