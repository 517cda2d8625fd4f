/** Deeper input is refused: what reads it after us (and JSON.stringify itself) calls itself once a level. */
export const DEEPEST_JSON = 200;

const QUOTE = 34;
const BACKSLASH = 92;

/** Whether JSON text, which is valid, nests deeper than `levels`. Looks at each character once, and at short texts not at all. */
export function nestsDeeperThan(text: string, levels: number): boolean {
  if (text.length < 2 * levels) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > levels) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}
