import { ResultError } from './result-error.js';

/** No file of ours is nested nearly as deep; what is would exhaust the stack of whoever walks through it. */
const DEEPEST = 60;

const QUOTE = 34;
const BACKSLASH = 92;
const OPENING = [91, 123];
const CLOSING = [93, 125];

/** @param again how such a file is made @throws ResultError that says whether the text breaks off or is no JSON at all */
export function parseJson(text: string, file: string, again = 'run the scenario again'): unknown {
  if (deepestOf(text) > DEEPEST) throw new ResultError(`${file}: expected a file of slotstorm, got JSON that is nested more than ${DEEPEST} deep`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ResultError(`${file}: expected JSON, but ${troubleIn(text, error, again)}`);
  }
}

function troubleIn(text: string, error: unknown, again: string): string {
  const said = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(said)?.[1];
  if (text.trim() === '') return `it is empty; ${again}, or copy the file again`;
  if (/end of JSON|Unterminated string/.test(said) || Number(position) >= text.trimEnd().length)
    return `it breaks off after ${text.length.toLocaleString('en-US')} characters; it was not written or copied to its end: ${again}, or copy the file again`;
  const where = position === undefined ? '' : ` (line ${text.slice(0, Number(position)).split('\n').length})`;
  return `it is none${where}; give a file that slotstorm wrote`;
}

/** How deep lists and objects are nested. One look at every character, so that it costs next to nothing. */
function deepestOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === OPENING[0] || code === OPENING[1]) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSING[0] || code === CLOSING[1]) depth--;
  }
  return deepest;
}
