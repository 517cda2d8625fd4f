/** Bytes of a file, both ends in. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The one range that a caller wants (RFC 9110, 14.2).
 * @returns undefined: the whole file, also for what is no range and for several; `outside`: nothing of the file
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'outside' | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (found === null || (found[1] === '' && found[2] === '')) return undefined;
  const [, from = '', to = ''] = found;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < first) return undefined;
  return first > last ? 'outside' : { first, last };
}
