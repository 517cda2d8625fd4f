import { decode, encode } from '@msgpack/msgpack';
import { DEEPEST_JSON } from '../../protocol/nesting.js';
import type { Json } from '../json.js';
import { isSoundMsgpack } from './msgpack-shape.js';

/** How a message came, and how its answer goes: text is JSON, binary is msgpack. */
export type MessageForm = 'text' | 'binary';

/** A message cannot be read. The text is for its sender. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage';
}

/** @throws UnreadableMessage */
export function readMessage(data: Buffer, form: MessageForm): Json {
  return asJson(form === 'text' ? parsed(data) : unpacked(data), 0);
}

/** @returns what is sent: a string as text, bytes as binary */
export function writeMessage(value: Json, form: MessageForm): string | Uint8Array {
  return form === 'text' ? JSON.stringify(value) : encode(value, { maxDepth: DEEPEST_JSON + 1 });
}

const NOT_MSGPACK = `Binary messages must be msgpack, nested at most ${DEEPEST_JSON} levels deep`;

function parsed(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    throw new UnreadableMessage('Text messages must be JSON');
  }
}

function unpacked(data: Buffer): unknown {
  if (!isSoundMsgpack(data, DEEPEST_JSON)) throw new UnreadableMessage(NOT_MSGPACK);
  try {
    return decode(data);
  } catch {
    throw new UnreadableMessage(NOT_MSGPACK);
  }
}

/** msgpack says more than JSON: bytes, which images come as, become a data URI; times become text. */
function asJson(value: unknown, depth: number): Json {
  if (depth > DEEPEST_JSON) throw new UnreadableMessage(`Messages must not nest deeper than ${DEEPEST_JSON} levels`);
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return `data:application/octet-stream;base64,${Buffer.from(value).toString('base64')}`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map((entry) => asJson(entry, depth + 1));
  return fromObject(value, depth);
}

function fromObject(value: object, depth: number): Json {
  const entries = Object.entries(value).map(([name, entry]) => [name, asJson(entry, depth + 1)] as const);
  return Object.fromEntries(entries);
}
