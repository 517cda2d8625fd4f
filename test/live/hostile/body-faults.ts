import type { Dice } from '../../../src/live/models/chance.js';
import { type Fault, withHeader } from './fault.js';
import type { Shot } from './shot.js';

const MEGABYTE = 1024 * 1024;

function body(what: string, bytes: Buffer | string, type = 'application/json'): Fault {
  return (shot) => ({ ...withHeader(shot, 'content-type', type), body: Buffer.from(bytes as string), name: `body: ${what}` });
}

function typed(type: string): Fault {
  return (shot) => ({ ...withHeader(shot, 'content-type', type), name: `content-type: ${type}` });
}

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);

/** What may be wrong with the bytes of a body. */
export const BODY_FAULTS: readonly Fault[] = [
  ...['{', '[1,', 'nul', '{"a":}', "{'a':1}", '{"a":1,}', '"', '\\', 'undefined', 'NaN', '1e', '{"a":1}{"b":2}', '\ufeff{}', '{"a":"\u0001"}', '\u0000'].map(
    (text) => body(`no JSON: ${JSON.stringify(text)}`, text),
  ),
  ...['null', '5', '-1e999', '""', '"text"', '[]', 'true', '[[]]', '{"a":1e999}', '{"":""}', '{"a":1,"a":2}', '{"a":"\\ud800"}', '{"a":9007199254740993}'].map(
    (text) => body(`JSON of another kind: ${text}`, text),
  ),
  body('deep arrays', nested(100_000, '[', ']')),
  body('deep objects', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`),
  body('deep and open', '['.repeat(200_000)),
  body('many members', JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`k${n}`, n])))),
  body('a long name', JSON.stringify({ ['n'.repeat(100_000)]: 1 })),
  body('a long text', JSON.stringify({ prompt: 'x'.repeat(200_000) })),
  body('prototype', '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}'),
  body('prototype of every member', '{"prompt":{"__proto__":{"toString":1}},"hasOwnProperty":1,"toString":null,"valueOf":[]}'),
  body('bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d])),
  body('UTF-16', Buffer.from('{"a":1}', 'utf16le'), 'application/json; charset=utf-16'),
  body('a form', 'prompt=a&prompt=b&__proto__[x]=1', 'application/x-www-form-urlencoded'),
  body('a form with bad escapes', 'key=%&%zz=%00&=&&&=', 'application/x-www-form-urlencoded'),
  body('parts without a boundary', '--x\r\n\r\n', 'multipart/form-data'),
  body('parts that never end', '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n', 'multipart/form-data; boundary=x'),
  ...[
    '',
    ';',
    'text/plain',
    'application/xml',
    'application/json; charset=',
    'a/b/c',
    '*/*',
    'application/JSON; ;;',
    'application/msgpack',
    'x'.repeat(5000),
  ].map(typed),
  (shot) => ({ ...withHeader(shot, 'content-encoding', 'gzip'), name: 'said to be gzip' }),
  (shot) => ({ ...shot, body: undefined, name: 'no body' }),
  (shot) => ({ ...withHeader(shot, 'content-length', '0'), body: undefined, name: 'length 0' }),
  (shot) => ({ ...shot, body: Buffer.from(JSON.stringify(wrongTypes(shot))), name: 'all members of other types' }),
  (shot, dice) => ({ ...shot, body: noise(shot.body, dice), name: 'some bytes are others' }),
  (shot, dice) => ({ ...shot, body: shot.body?.subarray(0, dice.below(shot.body.length + 1)), name: 'cut off' }),
  (shot) => ({ ...shot, isChunked: true, name: 'in chunks' }),
];

/** Each of them costs 20 MB of traffic. */
export const HUGE_FAULTS: readonly Fault[] = [
  body('20 MB of text', JSON.stringify({ prompt: 'x'.repeat(20 * MEGABYTE) })),
  (shot) => ({ ...shot, body: Buffer.alloc(20 * MEGABYTE, 0x20), isChunked: true, name: '20 MB of blanks in chunks' }),
];

function wrongTypes({ body: bytes }: Shot): unknown {
  let sample: unknown;
  try {
    sample = JSON.parse(bytes?.toString() ?? 'null');
  } catch {
    return [1];
  }
  if (typeof sample !== 'object' || sample === null) return { of: sample };
  return Object.fromEntries(Object.entries(sample).map(([name, value]) => [name, typeof value === 'string' ? { value } : String(value)]));
}

function noise(bytes: Buffer | undefined, dice: Dice): Buffer | undefined {
  if (bytes === undefined || bytes.length === 0) return bytes;
  const changed = Buffer.from(bytes);
  for (let n = 0; n < 3; n++) changed[dice.below(changed.length)] = dice.below(256);
  return changed;
}
