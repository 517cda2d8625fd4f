/** How many bytes follow the head of a value, and how many values it holds. Heads without an entry hold neither. */
interface Head {
  /** Bytes of the number that says how many; 0: the head itself says it. */
  readonly lengthBytes: number;
  readonly fixedBytes: number;
  readonly holds: 'bytes' | 'values' | 'pairs';
}

/**
 * Whether bytes are one whole msgpack value that nests at most so deep. A decoder makes room for as many values as an array
 * claims to have: a few bytes can claim thousands of millions. Here every claim must be covered by bytes that are there.
 */
export function isSoundMsgpack(bytes: Uint8Array, mostLevels: number): boolean {
  /** Values that are still to come, by level. */
  const levels = [1];
  let owed = 1;
  let at = 0;
  while (levels.length > 0) {
    if (at >= bytes.length || levels.length > mostLevels + 1) return false;
    const first = bytes[at] as number;
    const head = headOf(first);
    const claimed = head.lengthBytes === 0 ? inHead(first) : numberAt(bytes, at + 1, head.lengthBytes);
    const values = head.holds === 'bytes' ? 0 : head.holds === 'pairs' ? claimed * 2 : claimed;
    at += 1 + head.lengthBytes + head.fixedBytes + (head.holds === 'bytes' ? claimed : 0);
    owed += values - 1;
    if (at + owed > bytes.length) return false;
    settle(levels, values);
  }
  return at === bytes.length;
}

/** One value has come; it holds others, which come next. */
function settle(levels: number[], values: number): void {
  levels[levels.length - 1] = (levels.at(-1) ?? 0) - 1;
  if (values > 0) levels.push(values);
  while (levels.at(-1) === 0) levels.pop();
}

/** How many a short array, map or text says in its first byte; none for numbers and the like. */
function inHead(first: number): number {
  if (first >= 0x80 && first <= 0x9f) return first & 0x0f;
  return first >= 0xa0 && first <= 0xbf ? first & 0x1f : 0;
}

function headOf(first: number): Head {
  if (first >= 0x80 && first <= 0x8f) return SHORT_MAP;
  if (first >= 0x90 && first <= 0x9f) return SHORT_ARRAY;
  return HEADS[first] ?? PLAIN;
}

function numberAt(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let index = at; index < at + size; index++) value = value * 256 + (bytes[index] ?? 0);
  return value;
}

const PLAIN: Head = { lengthBytes: 0, fixedBytes: 0, holds: 'bytes' };
const SHORT_MAP: Head = { lengthBytes: 0, fixedBytes: 0, holds: 'pairs' };
const SHORT_ARRAY: Head = { lengthBytes: 0, fixedBytes: 0, holds: 'values' };

function sized(lengthBytes: number, fixedBytes = 0): Head {
  return { lengthBytes, fixedBytes, holds: 'bytes' };
}

function fixed(fixedBytes: number): Head {
  return { lengthBytes: 0, fixedBytes, holds: 'bytes' };
}

/** From bin 8 (0xc4) to map 32 (0xdf), in the order of the format's table. */
const HEADS: Readonly<Record<number, Head>> = {
  196: sized(1),
  197: sized(2),
  198: sized(4),
  199: sized(1, 1),
  200: sized(2, 1),
  201: sized(4, 1),
  202: fixed(4),
  203: fixed(8),
  204: fixed(1),
  205: fixed(2),
  206: fixed(4),
  207: fixed(8),
  208: fixed(1),
  209: fixed(2),
  210: fixed(4),
  211: fixed(8),
  212: fixed(2),
  213: fixed(3),
  214: fixed(5),
  215: fixed(9),
  216: fixed(17),
  217: sized(1),
  218: sized(2),
  219: sized(4),
  220: { lengthBytes: 2, fixedBytes: 0, holds: 'values' },
  221: { lengthBytes: 4, fixedBytes: 0, holds: 'values' },
  222: { lengthBytes: 2, fixedBytes: 0, holds: 'pairs' },
  223: { lengthBytes: 4, fixedBytes: 0, holds: 'pairs' },
};
