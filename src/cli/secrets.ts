import type { Outside } from './outside.js';

/** Variables that stand for options, and those that clients of fal read. */
const VARIABLE = /^(?:SLOTSTORM|FAL)_/;
/** A shorter one may be an ordinary word: it is struck out only where it stands as the user wrote it. */
const LONG_CHARACTERS = 12;

/** Where a secret may be, in words of which each is a line. */
const PATTERNS = [
  // User and password of an address, whatever stands in them, also where its scheme is misspelt, or missing.
  /\/\/([^\n]*)@/g,
  /^([^\s/@:]*:[^\s/]+)@/gm,
  // FAL_KEY=…, --key=…, ?token=…, x-api-key: …, {"key":"…"}, Authorization: Key …
  /(?:key|token|secret|password|sig|signature|auth|authorization)["']?[ \t]*[=:][ \t]*["']?(?:(?:key|bearer|basic)[ \t]+)?([^\s"'&,}]+)/gi,
  // app/main=id:secret
  /\w\/[\w.-]+=([^\s&,]+:[^\s&,]+)/g,
  // Key id:secret, --operator-key id:secret; without a colon it is the name of a key, or of its file.
  /key[\s:]+([^\s:/=]+:\S+)/gi,
  /(?:bearer|basic)\s+(\S+)/gi,
  // As fal makes keys: a UUID and 32 hexadecimal digits.
  /\b([\da-f-]{30,}:[\da-f]{16,})/gi,
];

/** A message without what is secret in the words of a user, on the command line and in the environment. */
export function withoutSecrets(message: string, { argv, env }: Pick<Outside, 'argv' | 'env'>): string {
  const given = Object.entries(env).flatMap(([name, value]) => (VARIABLE.test(name) && value !== undefined ? [`${name}=${value}`] : []));
  const words = [...argv, ...given].join('\n');
  const places = PATTERNS.flatMap((pattern) => [...words.matchAll(pattern)]).flatMap((match) => placesOf(match));
  const found = places.flatMap((place) => [...message.matchAll(place)].map(({ 0: text, index }) => ({ from: index, to: index + text.length })));
  let told = '';
  let at = 0;
  // They may overlap: what one pattern takes for a name another takes for a part of the secret.
  for (const { from, to } of found.sort((one, other) => one.from - other.from)) {
    if (from >= at) told += `${message.slice(at, from)}…`;
    at = Math.max(at, to);
  }
  return told + message.slice(at);
}

/** @returns where a secret is to be struck out: whole, and the part after its colon */
function placesOf({ 0: text, 1: secret = '', index, input }: RegExpExecArray): RegExp[] {
  const from = index + text.lastIndexOf(secret);
  const [before = '', after = ''] = [input[from - 1], input[from + secret.length]];
  const colon = secret.indexOf(':');
  const whole = placeOf(secret, colon > 0 ? '' : before, colon > 0 ? '' : after);
  return colon < 0 ? whole : [...whole, ...placeOf(secret.slice(colon + 1), ':', after)];
}

/** @param before and after: its neighbours, where it was found */
function placeOf(secret: string, before: string, after: string): RegExp[] {
  if (secret === '') return [];
  // Messages quote words as JSON does.
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1)])].map((one) => {
    const literal = escaped(one);
    if (one.length >= LONG_CHARACTERS) return new RegExp(literal, 'g');
    return new RegExp(`${/\S/.test(before) ? `(?<=${escaped(before)})` : '(?<!\\w)'}${literal}${after === '@' ? '(?=@)' : '(?!\\w)'}`, 'g');
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
